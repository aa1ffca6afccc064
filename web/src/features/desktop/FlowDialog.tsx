import { useQuery } from '@tanstack/react-query';
import { Button, Empty, Input, Modal, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { FlowToUse, InteractionLive } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';
import { ErrorView, LoadingView } from '@/shared/components/Views';

type How = 'lead' | 'send';

/** Which flow, and whether the agent stays to hear it with the customer. */
export function FlowDialog({
  interaction,
  open,
  close,
}: {
  interaction: InteractionLive;
  open: boolean;
  close: () => void;
}) {
  const { t } = useTranslation();
  const [how, setHow] = useState<How>('lead');
  const [typed, setTyped] = useState('');
  const [note, setNote] = useState('');
  const { busy, run } = useAct();
  const flows = useQuery({
    queryKey: ['me', 'flows'],
    queryFn: () => api.get<FlowToUse[]>('/me/flows'),
    enabled: open,
  });
  const wanted = typed.trim().toLocaleLowerCase();
  const found = (flows.data ?? []).filter((one) => one.name.toLocaleLowerCase().includes(wanted));

  const begin = (flow: FlowToUse) =>
    run(async () => {
      const values = note.trim() ? { note: note.trim() } : {};
      if (how === 'lead')
        await api.post(`/me/interactions/${interaction.id}/guidance`, { flow_id: flow.id, values });
      else
        await api.post(`/interactions/${interaction.id}/transfer`, { to: 'flow', target: flow.id, values });
      setNote('');
      close();
    });
  return (
    <Modal open={open} onCancel={close} footer={null} title={t('guidance.title')} width={460} destroyOnHidden>
      <Segmented<How>
        block
        value={how}
        onChange={setHow}
        options={[
          { value: 'lead', label: t('guidance.lead') },
          { value: 'send', label: <span data-testid="flow-send">{t('guidance.send')}</span> },
        ]}
      />
      <p className="hj-quiet hj-consult-how">{t(`guidance.${how}How`)}</p>
      <div className="hj-flow-fields">
        <Input
          autoFocus
          value={typed}
          aria-label={t('guidance.find')}
          placeholder={t('guidance.find')}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Input
          value={note}
          maxLength={500}
          aria-label={t('guidance.note')}
          placeholder={t('guidance.note')}
          onChange={(event) => setNote(event.target.value)}
        />
      </div>
      <div className="hj-consult-agents" role="list" aria-label={t('guidance.choose')}>
        {flows.isPending ? <LoadingView /> : null}
        {flows.isError ? <ErrorView error={flows.error} retry={() => void flows.refetch()} /> : null}
        {flows.isSuccess && found.length === 0 ? (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('guidance.nothing')} />
        ) : null}
        {found.map((flow) => (
          <div key={flow.id} role="listitem">
            <Button block disabled={busy} onClick={() => void begin(flow)} data-testid="flow-choice">
              {flow.name}
            </Button>
          </div>
        ))}
      </div>
    </Modal>
  );
}
