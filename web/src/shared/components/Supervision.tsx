import { Button, Popconfirm, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { InteractionLive } from '@/shared/api/types';
import { useSession } from '@/shared/session/session';
import { Elapsed } from './Elapsed';
import { useAct } from './errors';
import { useListenLack } from './listenLack';
import { ListenLackNote } from './ListenLackNote';
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
  const lack = useListenLack(!chat);
  const was = useWas(own !== undefined, interaction.id);
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
      <div className="hj-supervision-line">
        <span role="status" data-testid="supervision-status">
          {own ? (
            <strong data-testid="supervision-mode" data-mode={own.mode} data-state={own.state}>
              {own.state === 'calling' || own.state === 'lost'
                ? t(`supervision.${own.state}`)
                : t(`supervision.now.${own.mode ?? 'listen'}`)}
            </strong>
          ) : was ? (
            <span className="hj-quiet">{t('supervision.left')}</span>
          ) : null}
        </span>
        {own ? <Elapsed since={own.since} testId="supervision-time" /> : null}
      </div>
      {talking && agent && lack !== 'noWork' ? (
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
                disabled={busy || lack !== null}
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
      {talking && !own && lack && (allowed.length > 0 || may('intercept')) ? (
        <ListenLackNote lack={lack} />
      ) : null}
      <div className="hj-supervision-line">
        {talking && agent && lack !== 'noWork' && may('intercept') ? (
          <Popconfirm
            title={t('supervision.interceptSure')}
            okText={t('supervision.intercept')}
            disabled={!own && lack !== null}
            onConfirm={() => supervise('intercept')}
          >
            <Button size="small" disabled={busy || (!own && lack !== null)} data-testid="supervise-intercept">
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

/** Whether it was so at any time of this interaction. */
function useWas(now: boolean, interaction: string): boolean {
  const [was, setWas] = useState('');
  if (now && was !== interaction) setWas(interaction);
  return was === interaction;
}
