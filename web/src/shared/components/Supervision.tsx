import { Button, Popconfirm, Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { InteractionLive } from '@/shared/api/types';
import { useSession } from '@/shared/session/session';
import { Elapsed } from './Elapsed';
import { useAct } from './errors';
import './supervision.css';

type Mode = 'listen' | 'coach' | 'barge';

const modes: Mode[] = ['listen', 'coach', 'barge'];

/** What a recording that is so may be told. */
const recordingActs = {
  off: { act: 'start', name: 'call.record' },
  on: { act: 'pause', name: 'call.pauseRecording' },
  paused: { act: 'resume', name: 'call.resumeRecording' },
} as const;

/** What a supervisor may do in somebody else's conversation: hear it, speak in it, take it, end it. */
export function Supervision({ interaction }: { interaction: InteractionLive }) {
  const { t } = useTranslation();
  const { rights, agent } = useSession();
  const { busy, run } = useAct();
  const own = interaction.parties.find(
    (party) => party.role === 'supervisor' && party.agent_id === agent?.id,
  );
  const may = (act: string) => rights.includes(`supervision.${act}`);
  const allowed = modes.filter(may);
  const talking = interaction.state === 'connected' || interaction.state === 'held';
  const chat = interaction.medium === 'chat';
  const end = t(chat ? 'chat.end' : 'supervision.disconnect');
  const isOwn = agent !== null && interaction.agent_id === agent.id;
  if (isOwn || (!talking && !may('disconnect'))) return null;

  const supervise = (mode: Mode | 'intercept') =>
    run(() => api.post(`/interactions/${interaction.id}/supervision`, { mode }));
  const options = allowed.map((mode) => ({
    value: mode,
    label: <span data-testid={`supervise-${mode}`}>{t(`supervision.${mode}`)}</span>,
    title: t(`supervision.${mode}How`),
  }));
  return (
    <section className="hj-supervision" aria-label={t('supervision.title')} data-testid="supervision">
      {own ? (
        <div className="hj-supervision-line">
          <strong data-testid="supervision-mode" data-mode={own.mode} data-state={own.state}>
            {own.state === 'calling'
              ? t('supervision.calling')
              : t(`supervision.now.${own.mode ?? 'listen'}`)}
          </strong>
          <Elapsed since={own.since} />
        </div>
      ) : null}
      {talking && agent ? (
        own ? (
          <Segmented<Mode>
            block
            disabled={busy}
            value={own.mode === 'intercept' || !own.mode ? 'listen' : own.mode}
            options={options}
            onChange={(mode) => void supervise(mode)}
          />
        ) : (
          <div className="hj-supervision-line">
            {allowed.map((mode) => (
              <Button
                key={mode}
                size="small"
                disabled={busy}
                title={t(`supervision.${mode}How`)}
                data-testid={`supervise-${mode}`}
                onClick={() => void supervise(mode)}
              >
                {t(`supervision.${mode}`)}
              </Button>
            ))}
          </div>
        )
      ) : null}
      {talking && !agent && allowed.length > 0 && !chat ? (
        <p className="hj-quiet">{t('supervision.noNumber')}</p>
      ) : null}
      <div className="hj-supervision-line">
        {talking && agent && may('intercept') ? (
          <Popconfirm
            title={t('supervision.interceptSure')}
            okText={t('supervision.intercept')}
            onConfirm={() => supervise('intercept')}
          >
            <Button size="small" disabled={busy} data-testid="supervise-intercept">
              {t('supervision.intercept')}
            </Button>
          </Popconfirm>
        ) : null}
        {talking &&
        may('record') &&
        (interaction.recording !== 'off' || (!chat && interaction.recording_rule === 'on_demand')) ? (
          <Button
            size="small"
            disabled={busy}
            data-testid="supervise-recording"
            data-state={interaction.recording}
            onClick={() =>
              void run(() =>
                api.post(
                  `/interactions/${interaction.id}/recording/${recordingActs[interaction.recording].act}`,
                ),
              )
            }
          >
            {t(recordingActs[interaction.recording].name)}
          </Button>
        ) : null}
        {may('disconnect') ? (
          <Popconfirm
            title={t(chat ? 'chat.endSure' : 'supervision.disconnectSure')}
            okText={end}
            okButtonProps={{ danger: true }}
            onConfirm={() => run(() => api.post(`/interactions/${interaction.id}/disconnect`))}
          >
            <Button size="small" danger disabled={busy} data-testid="disconnect">
              {end}
            </Button>
          </Popconfirm>
        ) : null}
        {own ? (
          <Button
            size="small"
            type="primary"
            disabled={busy}
            data-testid="end-supervision"
            onClick={() => void run(() => api.delete(`/interactions/${interaction.id}/supervision`))}
          >
            {t('supervision.end')}
          </Button>
        ) : null}
      </div>
    </section>
  );
}
