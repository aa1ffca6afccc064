import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Empty, Input, Modal, Segmented, Space } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Colleague, InteractionLive } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { useLive } from '@/shared/live/hooks';

type Target = 'agent' | 'queue' | 'supervisor' | 'number';
const MOST_SHOWN = 100; // as many as the server tells
const OFTEN = 2000; // milliseconds

export type Passing = 'consult' | 'transfer';

/** Whom to ask while the customer hears music, or to whom the customer goes at once. */
export function PassingDialog({
  interaction,
  how,
  open,
  close,
}: {
  interaction: InteractionLive;
  how: Passing;
  open: boolean;
  close: () => void;
}) {
  const { t } = useTranslation();
  const report = useReportError();
  const [to, setTo] = useState<Target>('agent');
  const [typed, setTyped] = useState('');
  const [asking, setAsking] = useState(false);
  const wanted = typed.trim();
  const found = useQuery({
    queryKey: ['me', 'colleagues', to === 'agent' ? wanted : ''],
    queryFn: () => api.get<Colleague[]>('/me/colleagues', { search: wanted }),
    enabled: open && to === 'agent',
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: OFTEN, // who is free changes while the dialog is open
  });
  const colleagues = found.data ?? [];
  const transfers = how === 'transfer';
  const chat = interaction.medium === 'chat';
  const free = colleagues.filter((one) => one.free || transfers);

  const ask = async (target: string) => {
    setAsking(true);
    try {
      const path = transfers
        ? `/interactions/${interaction.id}/transfer`
        : `/me/interactions/${interaction.id}/consult`;
      await api.post(path, { to, target });
      setTyped('');
      close();
    } catch (error) {
      report(error);
    } finally {
      setAsking(false);
    }
  };
  return (
    <Modal
      open={open}
      onCancel={close}
      footer={null}
      title={t(chat ? 'chat.transferTitle' : transfers ? 'consult.transferTitle' : 'consult.title')}
      width={460}
      destroyOnHidden
    >
      <p className="hj-quiet hj-consult-how">
        {t(chat ? 'chat.transferHow' : transfers ? 'consult.transferHow' : 'consult.how')}
        {transfers && !chat ? ` ${t(`consult.transferHint_${to}`)}` : null}
      </p>
      <Segmented<Target>
        block
        value={to}
        onChange={(value) => {
          setTo(value);
          setTyped('');
        }}
        options={[
          { value: 'agent', label: t('consult.agent') },
          { value: 'queue', label: <span data-testid="consult-queues">{t('consult.queue')}</span> },
          { value: 'supervisor', label: t('consult.supervisor') },
          ...(chat ? [] : [{ value: 'number' as const, label: t('consult.number') }]),
        ]}
      />
      {to === 'queue' ? <QueueChoice asking={asking} ask={ask} /> : null}
      {to === 'supervisor' ? (
        <div className="hj-consult-agents">
          <Button block disabled={asking} onClick={() => void ask('')} data-testid="consult-supervisor">
            {t(transfers ? 'consult.toSupervisor' : 'consult.anySupervisor')}
          </Button>
        </div>
      ) : null}
      <form
        className="hj-consult-form"
        hidden={to === 'queue' || to === 'supervisor'}
        onSubmit={(event) => {
          event.preventDefault();
          const first = free[0];
          if (to === 'number' && wanted) void ask(wanted);
          else if (to === 'agent' && free.length === 1 && first) void ask(first.id);
        }}
      >
        <Space.Compact block>
          <Input
            key={to}
            autoFocus
            value={typed}
            inputMode={to === 'number' ? 'tel' : undefined}
            aria-label={t(to === 'agent' ? 'consult.findAgent' : 'consult.number')}
            placeholder={t(to === 'agent' ? 'consult.findAgent' : 'consult.numberHint')}
            onChange={(event) => setTyped(event.target.value)}
            data-testid="consult-target"
          />
          {to === 'number' ? (
            <Button
              type="primary"
              htmlType="submit"
              disabled={!wanted}
              loading={asking}
              data-testid="consult-call"
            >
              {t(transfers ? 'consult.transferButton' : 'consult.call')}
            </Button>
          ) : null}
        </Space.Compact>
      </form>
      {to === 'agent' ? (
        <div className="hj-consult-agents" role="list">
          {found.isPending ? <LoadingView /> : null}
          {found.isError ? <ErrorView error={found.error} retry={() => void found.refetch()} /> : null}
          {found.isSuccess && colleagues.length === 0 ? (
            <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('consult.nobody')} />
          ) : null}
          {colleagues.map((one) => (
            <div key={one.id} role="listitem">
              <Button
                block
                disabled={asking || !free.includes(one)}
                onClick={() => void ask(one.id)}
                data-testid="consult-agent"
              >
                <span className="hj-mono">{one.number}</span> {one.name}
                {one.free ? null : <span className="hj-faint">{t('consult.notFree')}</span>}
              </Button>
            </div>
          ))}
          {colleagues.length >= MOST_SHOWN ? <p className="hj-faint">{t('consult.more')}</p> : null}
        </div>
      ) : null}
    </Modal>
  );
}

/** Whoever is free longest in one of the queues that the agent serves. */
function QueueChoice({ asking, ask }: { asking: boolean; ask: (target: string) => Promise<void> }) {
  const { t } = useTranslation();
  const queues = useLive((state) => state.view.queues);
  const names = [...queues.values()].sort((one, other) => one.name.localeCompare(other.name));
  if (names.length === 0)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('consult.noQueue')} />;
  return (
    <div className="hj-consult-agents" role="list">
      {names.map((queue) => (
        <div key={queue.id} role="listitem">
          <Button block disabled={asking} onClick={() => void ask(queue.id)} data-testid="consult-queue">
            {queue.name}
          </Button>
        </div>
      ))}
    </div>
  );
}
