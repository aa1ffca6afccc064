import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { InteractionDetail } from '@/shared/api/types';
import { duration } from '@/shared/format/format';
import { dateTime } from '@/shared/format/time';
import { Player } from './Player';
import { recordingOrigins } from './origins';

/** The recordings of a contact, told apart: which, since when, how long, who speaks, and whether somebody wished it. */
export function Recordings({ one }: { one: InteractionDetail }) {
  const { t } = useTranslation();
  const { recordings } = one;
  if (recordings.length === 0) return <p className="hj-faint">{t('player.none')}</p>;
  const origins = recordingOrigins(one);
  return recordings.map((recording, index) => {
    const { agents, onDemand } = origins[index] ?? { agents: [], onDemand: false };
    const message = recording.channels === 1;
    return (
      <section key={recording.id} aria-label={`${t('column.recording')} ${String(index + 1)}`}>
        <div className="hj-recording-head" data-testid="recording-head">
          {recordings.length > 1 ? (
            <strong>{t('player.numbered', { number: index + 1, count: recordings.length })}</strong>
          ) : null}
          <span className="hj-figures">{dateTime(recording.started_at)}</span>
          {recording.duration_seconds === null ? null : (
            <span className="hj-figures">{duration(recording.duration_seconds)}</span>
          )}
          <span>{message ? t('player.customer') : [t('player.customer'), ...agents].join(' · ')}</span>
          <Tag color={onDemand ? 'gold' : undefined}>
            {t(message ? 'player.message' : onDemand ? 'player.onDemand' : 'player.byRule')}
          </Tag>
        </div>
        <Player recording={recording} />
      </section>
    );
  });
}
