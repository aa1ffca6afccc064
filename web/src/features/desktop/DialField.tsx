import { PhoneOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Input, type InputRef } from 'antd';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentLive, Colleague, Interaction, Page } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';
import { phoneNumber } from '@/shared/format/format';
import { keyName } from '@/shared/keys/keys';
import { useKeyedActs, useKeys } from '@/shared/keys/useKeys';

const most = 10;

interface CallerNumber {
  id: string;
  number: string;
  label: string;
}

/** Calls a number or a colleague of one's own accord, with those who are free and the latest numbers at hand, and chooses
 *  which of our numbers an outside one sees. With the browser's own lists: every desktop loads this. */
export function DialField({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const report = useReportError();
  const [number, setNumber] = useState('');
  const [shown, setShown] = useState<string>('');
  const field = useRef<InputRef>(null);
  const lastId = useId();
  const recent = useQuery({
    queryKey: ['me', 'interactions', 'dial', agent.since],
    queryFn: () =>
      api.get<Page<Interaction>>('/me/interactions', { page: 1, page_size: 20, sort: '-started_at' }),
    placeholderData: (previous) => previous,
  });
  const [writing, setWriting] = useState(false);
  const colleagues = useQuery({
    queryKey: ['me', 'colleagues', ''],
    queryFn: () => api.get<Colleague[]>('/me/colleagues'),
    enabled: writing,
    refetchInterval: 5_000, // who is free changes
  });
  const free = colleagues.data?.filter((one) => one.free) ?? [];
  const numbers = useQuery({
    queryKey: ['me', 'caller-numbers'],
    queryFn: () => api.get<CallerNumber[]>('/me/caller-numbers'),
    staleTime: 60_000,
  });
  const keys = useKeys();
  useKeyedActs({ dial: () => field.current?.focus() });
  const last = [...new Set(recent.data?.items.map((one) => one.caller).filter(Boolean))].slice(0, most);
  const dial = () => {
    const typed = number.trim();
    if (!typed) return;
    // A name, where it is one colleague's; a colleague's own number is known to the platform.
    const named = free.filter((one) => one.name.toLowerCase().includes(typed.toLowerCase()));
    const whom = named.length === 1 ? { agent_id: named[0]?.id } : { number: typed };
    api
      .post('/me/calls', { ...whom, ...(shown ? { caller_number_id: shown } : {}) })
      .then(() => setNumber(''))
      .catch(report);
  };
  return (
    <form
      className="hj-dial"
      onSubmit={(event) => {
        event.preventDefault();
        dial();
      }}
    >
      <Input
        ref={field}
        value={number}
        onChange={(event) => setNumber(event.target.value)}
        onFocus={() => setWriting(true)}
        onBlur={() => setWriting(false)}
        list={lastId}
        autoComplete="off"
        placeholder={`${t('call.dialNumber')} (${keyName(keys.dial)})`}
        aria-label={t('call.dialNumber')}
        className="hj-dial-number"
        data-testid="dial-number"
      />
      <datalist id={lastId}>
        {free.map((one) => (
          <option key={one.id} value={one.number}>
            {one.name}
          </option>
        ))}
        {last.map((value) => (
          <option key={value} value={value}>
            {phoneNumber(value)}
          </option>
        ))}
      </datalist>
      {numbers.data && numbers.data.length > 1 ? (
        <select
          value={shown}
          onChange={(event) => setShown(event.target.value)}
          aria-label={t('call.shownNumber')}
          className="hj-dial-shown"
          data-testid="dial-shown"
        >
          <option value="">{`${t('call.shownNumber')}: ${t('call.shownAutomatic')}`}</option>
          {numbers.data.map((one) => (
            <option key={one.id} value={one.id}>
              {[phoneNumber(one.number), one.label].filter(Boolean).join(' · ')}
            </option>
          ))}
        </select>
      ) : null}
      <Button type="primary" htmlType="submit" icon={<PhoneOutlined />} data-testid="dial">
        {t('call.dial')}
      </Button>
    </form>
  );
}
