import { ArrowLeftOutlined, CopyOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { App, Button, Descriptions, Tag, type DescriptionsProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { api } from '@/shared/api/client';
import type { InteractionDetail } from '@/shared/api/types';
import { useCodeLabel } from '@/shared/components/labels';
import { MaliciousMark } from '@/shared/components/MaliciousMark';
import { CallerNumber, PhoneNumber } from '@/shared/components/PhoneNumber';
import { gradeOf } from '@/shared/phone/quality';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { outgoing } from '@/shared/customers/ends';
import { duration } from '@/shared/format/format';
import { dateTime } from '@/shared/format/time';
import { useLiveInteraction } from '@/shared/live/hooks';
import { Recordings } from '@/shared/player/Recordings';
import { useRight } from '@/shared/session/session';
import { ChatTranscript } from './ChatTranscript';
import { EventTimeline } from './EventTimeline';
import './interactions.css';
import { SegmentsBar } from './SegmentsBar';

/** One interaction whole: what it was, what was said, everything that happened. */
export function InteractionPage() {
  const { id = '' } = useParams();
  // While it goes on, each change that the live socket tells of is a reason to read it again.
  const live = useLiveInteraction(id);
  const detail = useQuery({
    queryKey: ['interaction', id, live?.state, live?.agent_id],
    queryFn: () => api.get<InteractionDetail>(`/interactions/${id}`),
    placeholderData: (previous) => (previous?.id === id ? previous : undefined),
    // The recording's file and the last facts are made after the call; until then it is asked for again.
    refetchInterval: ({ state }) => {
      const one = state.data;
      if (!one) return false;
      const settling = one.recordings.some(
        (each) => each.state === 'recording' || each.state === 'processing',
      );
      return one.ended_at === null || settling ? 3000 : false;
    },
  });
  return (
    <div className="hj-page">
      {detail.isPending ? (
        <LoadingView rows={12} />
      ) : detail.isError ? (
        <ErrorView error={detail.error} retry={() => void detail.refetch()} />
      ) : (
        <Whole one={detail.data} again={() => void detail.refetch()} />
      )}
    </div>
  );
}

function Whole({ one, again }: { one: InteractionDetail; again: () => void }) {
  const { t } = useTranslation();
  const label = useCodeLabel();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const listens = useRight('recordings.listen.all', 'recordings.listen.own');
  const marks = useRight('interactions.mark', 'agent.work');
  const facts: DescriptionsProps['items'] = [
    {
      key: 'called',
      // Above stands the other end; this is our own.
      label:
        one.medium === 'chat'
          ? t('page.chatEntries')
          : t(outgoing(one.direction) ? 'column.caller' : 'column.called'),
      children: one.medium === 'chat' ? one.called : <PhoneNumber value={one.called} />,
    },
    { key: 'start', label: t('column.startedAt'), children: dateTime(one.started_at) },
    { key: 'end', label: t('column.endedAt'), children: dateTime(one.ended_at) },
    { key: 'duration', label: t('column.duration'), children: duration(one.duration_seconds) },
    { key: 'queue', label: t('column.queue'), children: one.queue_name ?? '–' },
    {
      key: 'agent',
      label: t('column.agent'),
      children: one.agent_name
        ? t('command.agent', { name: one.agent_name, number: one.agent_number ?? '' })
        : '–',
    },
    { key: 'wait', label: t('column.wait'), children: duration(one.wait_seconds) },
    { key: 'ring', label: t('column.ring'), children: duration(one.ring_seconds) },
    { key: 'talk', label: t('column.talk'), children: duration(one.talk_seconds) },
    { key: 'hold', label: t('column.hold'), children: duration(one.hold_seconds) },
    { key: 'wrap', label: t('column.wrapUp'), children: duration(one.wrap_up_seconds) },
    {
      key: 'keys',
      label: t('column.keys'),
      children: one.keys ? <span className="hj-mono">{one.keys}</span> : '–',
    },
    { key: 'rating', label: t('column.rating'), children: one.rating ?? '–' },
    ...(one.line_mos === null
      ? []
      : [
          {
            key: 'line',
            label: t('line.title'),
            children: (
              <span data-testid="line-kept">
                {t(`line.${gradeOf(one.line_mos)}`)}{' '}
                <span className="hj-faint">
                  {t('line.figures', {
                    mos: one.line_mos.toFixed(1),
                    loss: (one.line_loss_percent ?? 0).toFixed(1),
                    jitter: Math.round(one.line_jitter_ms ?? 0),
                    roundTrip: Math.round(one.line_round_trip_ms ?? 0),
                  })}
                </span>
              </span>
            ),
            span: 2,
          },
        ]),
    { key: 'disposition', label: t('column.disposition'), children: one.disposition_name ?? '–' },
    { key: 'note', label: t('column.note'), children: one.note ?? '–', span: 2 },
  ];
  return (
    <div className="hj-interaction" data-testid="interaction" data-id={one.id}>
      <header className="hj-page-head">
        <Button
          type="text"
          icon={<ArrowLeftOutlined />}
          aria-label={t('interactions.back')}
          onClick={() => void (window.history.length > 1 ? navigate(-1) : navigate('/interactions'))}
        />
        <h1>
          <CallerNumber value={one.caller} medium={one.medium} />
        </h1>
        <Tag color={one.ended_at ? (one.end_reason === 'completed' ? 'green' : 'orange') : 'blue'}>
          {one.ended_at ? label('endReason', one.end_reason) : t('interactions.going')}
        </Tag>
        <span className="hj-quiet">
          {label('direction', one.direction)} · {label('medium', one.medium)}
        </span>
        {Object.keys(one.summary_due).length > 0 ? <Tag color="orange">{t('summaries.due')}</Tag> : null}
        {one.malicious_at ? (
          <Tag color="red" data-testid="marked-malicious">
            {t('malicious.marked')}
          </Tag>
        ) : null}
        <div className="hj-page-actions">
          {marks && one.direction !== 'internal' ? (
            <MaliciousMark
              id={one.id}
              marked={one.malicious_at !== null}
              reason={one.malicious_reason}
              by={
                one.malicious_at
                  ? t('malicious.markedBy', {
                      name: one.malicious_by_name,
                      time: dateTime(one.malicious_at),
                    })
                  : undefined
              }
              onChanged={again}
            />
          ) : null}
          <Button
            icon={<CopyOutlined />}
            onClick={() =>
              void navigator.clipboard
                .writeText(window.location.href)
                .then(() => message.success(t('common.copied')))
            }
          >
            {t('interactions.copyLink')}
          </Button>
        </div>
      </header>
      <div className="hj-interaction-columns">
        <div className="hj-interaction-main">
          <section className="hj-panel">
            <div className="hj-panel-head">{t('interactions.course')}</div>
            <div className="hj-panel-body">
              <SegmentsBar one={one} />
            </div>
          </section>
          {one.medium === 'chat' ? <ChatTranscript id={one.id} going={one.ended_at === null} /> : null}
          {listens && one.medium !== 'chat' ? (
            <section className="hj-panel">
              <div className="hj-panel-head">{t('column.recording')}</div>
              <div className="hj-panel-body hj-recordings">
                <Recordings one={one} />
              </div>
            </section>
          ) : null}
          <section className="hj-panel">
            <div className="hj-panel-body">
              <Descriptions size="small" column={{ xs: 1, md: 2, xl: 3 }} items={facts} />
            </div>
          </section>
        </div>
        <section className="hj-panel hj-interaction-events">
          <div className="hj-panel-head">{t('interactions.events')}</div>
          <div className="hj-panel-body" tabIndex={0} role="region" aria-label={t('interactions.events')}>
            <EventTimeline one={one} />
          </div>
        </section>
      </div>
    </div>
  );
}
