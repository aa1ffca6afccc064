import { useQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { InteractionDetail } from '@/shared/api/types';
import { useCodeLabel } from '@/shared/components/labels';
import { MaliciousMark } from '@/shared/components/MaliciousMark';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { duration } from '@/shared/format/format';
import { dateTime } from '@/shared/format/time';
import { Recordings } from '@/shared/player/Recordings';
import { OtherEnd } from './OtherEnd';

/** One of my contacts beside the work, with what was said. */
export function RecentOne({ id, close }: { id: string; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer open size={620} title={t('recent.title')} onClose={close}>
      <Contact id={id} />
    </Drawer>
  );
}

function Contact({ id }: { id: string }) {
  const { t } = useTranslation();
  const label = useCodeLabel();
  const detail = useQuery({
    queryKey: ['interaction', id],
    queryFn: () => api.get<InteractionDetail>(`/interactions/${id}`),
    // A recording is turned into its file after the call; until then this one item is asked for again.
    refetchInterval: ({ state }) =>
      state.data?.recordings.some((one) => one.state === 'recording' || one.state === 'processing')
        ? 3000
        : false,
  });
  if (detail.isPending) return <LoadingView />;
  if (detail.isError) return <ErrorView error={detail.error} retry={() => void detail.refetch()} />;
  const one = detail.data;
  const markedBy = ({ malicious_at: at, malicious_by_name: name }: InteractionDetail) =>
    at ? t('malicious.markedBy', { name, time: dateTime(at) }) : undefined;
  const facts: [string, string][] = [
    [t('column.startedAt'), dateTime(one.started_at)],
    [t('column.direction'), label('direction', one.direction)],
    [t('column.queue'), one.queue_name ?? '–'],
    [t('column.wait'), duration(one.wait_seconds)],
    [t('column.talk'), duration(one.talk_seconds)],
    [t('column.endReason'), label('endReason', one.end_reason)],
    [t('column.disposition'), one.disposition_name ?? '–'],
    [t('column.note'), one.note ?? '–'],
  ];
  return (
    <div className="hj-recent-one">
      <div className="hj-call-caller hj-recent-head">
        <OtherEnd one={one} />
        {one.direction === 'internal' ? null : (
          <MaliciousMark
            id={one.id}
            marked={one.malicious_at !== null}
            reason={one.malicious_reason}
            by={markedBy(one)}
            onChanged={() => void detail.refetch()}
          />
        )}
      </div>
      <dl className="hj-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Recordings one={one} />
    </div>
  );
}
