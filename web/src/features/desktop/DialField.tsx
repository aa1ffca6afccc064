import { PhoneOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Input, type InputRef } from 'antd';
import { Suspense, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentLive, Interaction, Page } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';
import { phoneNumber } from '@/shared/format/format';
import { keyName } from '@/shared/keys/keys';
import { useKeyedActs, useKeys } from '@/shared/keys/useKeys';
import { dialOut } from '@/shared/phone/dialOut';
import { piece } from '@/shared/pieces/piece';
import type { Target } from './targets/find';

const DialChoices = piece(async () => ({ default: (await import('./targets/DialChoices')).DialChoices }));

const most = 10;

interface CallerNumber {
  id: string;
  number: string;
  label: string;
}

/** Calls a number or a colleague of one's own accord, with colleagues and the latest numbers at hand, and chooses which of
 *  our numbers an outside one sees. */
export function DialField({ agent }: { agent: AgentLive }) {
  const { t } = useTranslation();
  const report = useReportError();
  const [number, setNumber] = useState('');
  const [shown, setShown] = useState<string>('');
  const field = useRef<InputRef>(null);
  const box = useRef<HTMLDivElement>(null);
  const chosen = useRef<Target | null>(null);
  const listId = useId();
  const [choosing, setChoosing] = useState(false);
  const recent = useQuery({
    queryKey: ['me', 'interactions', 'dial', agent.since],
    queryFn: () =>
      api.get<Page<Interaction>>('/me/interactions', { page: 1, page_size: 20, sort: '-started_at' }),
    placeholderData: (previous) => previous,
    enabled: choosing,
  });
  const numbers = useQuery({
    queryKey: ['me', 'caller-numbers'],
    queryFn: () => api.get<CallerNumber[]>('/me/caller-numbers'),
    staleTime: 60_000,
  });
  const keys = useKeys();
  useKeyedActs({ dial: () => field.current?.focus() });
  const last = [
    ...new Set(
      recent.data?.items
        .filter((one) => one.direction !== 'internal')
        .map((one) => one.caller)
        .filter(Boolean),
    ),
  ].slice(0, most);
  const dial = (target: Target | null) => {
    const typed = number.trim();
    if (!target && !typed) return;
    // A colleague's own number is known to the platform.
    const whom = target?.kind === 'agent' ? { agent_id: target.id } : { number: target?.number ?? typed };
    dialOut({ ...whom, ...(shown ? { caller_number_id: shown } : {}) })
      .then(() => setNumber(''))
      .catch(report);
    setChoosing(false);
  };
  return (
    <form
      className="hj-dial"
      onSubmit={(event) => {
        event.preventDefault();
        dial(number.trim() ? chosen.current : null);
      }}
    >
      <div ref={box} className="hj-dial-number">
        <Input
          ref={field}
          value={number}
          onChange={(event) => {
            setNumber(event.target.value);
            setChoosing(true);
          }}
          onFocus={() => setChoosing(true)}
          onBlur={() => setChoosing(false)}
          role="combobox"
          aria-expanded={choosing}
          aria-controls={listId}
          autoComplete="off"
          placeholder={`${t('call.dialNumber')} (${keyName(keys.dial)})`}
          aria-label={t('call.dialNumber')}
          data-testid="dial-number"
        />
        {choosing ? (
          <Suspense fallback={null}>
            <DialChoices
              id={listId}
              field={box}
              typed={number}
              numbers={last}
              chosen={chosen}
              dial={dial}
              close={() => setChoosing(false)}
            />
          </Suspense>
        ) : null}
      </div>
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
      <Button type="primary" htmlType="submit" icon={<PhoneOutlined aria-hidden />} data-testid="dial">
        {t('call.dial')}
      </Button>
    </form>
  );
}
