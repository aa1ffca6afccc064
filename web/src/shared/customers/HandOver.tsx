import { useQuery } from '@tanstack/react-query';
import { App, Button, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Customer, HandedOver, Page } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';
import './customers.css';
import { useAgentChoices, useCustomersChanged } from './data';

/** How many customers have this agent as their own. */
export function useOwnCustomers(agentId: string | null, enabled = true) {
  return useQuery({
    queryKey: ['/customers', 'of agent', agentId],
    queryFn: () => api.get<Page<Customer>>('/customers', { agent_id: agentId, page_size: 1 }),
    enabled: enabled && Boolean(agentId),
  });
}

/** All customers of one own agent go to another, or evenly to several: how many is said before. */
export function HandOver({ from, close }: { from: string | null; close: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const agents = useAgentChoices();
  const changed = useCustomersChanged();
  const { busy, run } = useAct();
  const [one, setOne] = useState(from);
  const [others, setOthers] = useState<string[]>([]);
  const { data, refetch } = useOwnCustomers(one);
  const count = data?.total ?? 0;
  const nameOf = (id: string | null) => agents.find(({ value }) => value === id)?.label ?? '–';
  const move = () =>
    run(async () => {
      try {
        const { count: moved } = await api.post<HandedOver>('/customers/hand-over', {
          from_agent_id: one,
          to_agent_ids: others,
          expected: count,
        });
        await changed();
        message.success(t('customer.handedOver', { number: moved }));
        close();
      } finally {
        void refetch();
      }
    });
  return (
    <Modal
      open
      title={t('customer.handOver')}
      onCancel={close}
      footer={
        <>
          <Button onClick={close}>{t('common.cancel')}</Button>
          <Button
            type="primary"
            disabled={count === 0 || others.length === 0}
            loading={busy}
            onClick={() => void move()}
            data-testid="hand-over"
          >
            {t('customer.handOverNumber', { number: count })}
          </Button>
        </>
      }
    >
      <div className="hj-hand-over">
        <label htmlFor="hand-over-from">{t('customer.handOverFrom')}</label>
        <Select
          id="hand-over-from"
          showSearch={{ optionFilterProp: 'label' }}
          value={one ?? undefined}
          options={agents}
          onChange={(next: string) => setOne(next)}
        />
        {one && data ? (
          <p data-testid="hand-over-count">
            {t('customer.handOverCount', { name: nameOf(one), number: count })}
          </p>
        ) : null}
        <label htmlFor="hand-over-to">{t('customer.handOverTo')}</label>
        <Select
          id="hand-over-to"
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          value={others}
          options={agents.filter(({ value }) => value !== one)}
          onChange={(next: string[]) => setOthers(next)}
        />
        <p className="hj-faint">{t('customer.handOverHint')}</p>
      </div>
    </Modal>
  );
}
