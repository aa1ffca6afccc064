import { CaretDownOutlined, CaretUpOutlined } from '@ant-design/icons';
import { Tag, Tooltip } from 'antd';
import { memo, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { QueueLive } from '@/shared/api/types';
import { Elapsed } from '@/shared/components/Elapsed';
import { EmptyView } from '@/shared/components/Views';
import { percentage, ratio } from '@/shared/format/format';

type Order = 'descending' | 'ascending' | 'none';
const nextOrder: Record<Order, Order> = { none: 'descending', descending: 'ascending', ascending: 'none' };

interface Props {
  queues: QueueLive[];
  chosen: string;
  choose: (id: string) => void;
}

/** The queues now and today. A plain table: in a busy hour every row of it changes several times a second. */
export const QueueTable = memo(function QueueTable({ queues, chosen, choose }: Props) {
  const { t } = useTranslation();
  const [order, setOrder] = useState<Order>('none');
  const mostWaiting = Math.max(5, ...queues.map((queue) => queue.waiting));
  const rows = useMemo(() => {
    if (order === 'none') return queues;
    const sign = order === 'ascending' ? 1 : -1;
    return [...queues].sort((a, b) => sign * (a.waiting - b.waiting));
  }, [queues, order]);
  if (queues.length === 0)
    return (
      <div className="hj-panel hj-panel-body hj-live-queues">
        <EmptyView what={t('live.noQueues')} how={t('live.noQueuesHow')} />
      </div>
    );
  return (
    <div className="hj-panel hj-live-queues hj-queue-rows">
      <table>
        <colgroup>
          <col />
          <col style={{ width: 170 }} />
          <col style={{ width: 140 }} />
          <col style={{ width: 150 }} />
          <col style={{ width: 100 }} />
          <col style={{ width: 110 }} />
          <col style={{ width: 120 }} />
          <col style={{ width: 180 }} />
        </colgroup>
        <thead>
          <tr>
            <th>{t('column.queue')}</th>
            <th aria-sort={order}>
              <button type="button" onClick={() => setOrder(nextOrder[order])}>
                {t('figure.waiting')}
                <span className="hj-sort-marks" data-order={order} aria-hidden>
                  <CaretUpOutlined />
                  <CaretDownOutlined />
                </span>
              </button>
            </th>
            <th>{t('figure.longest')}</th>
            <th>{t('live.availableOfSigned')}</th>
            <th>{t('figure.offered')}</th>
            <th>{t('figure.answered')}</th>
            <th>{t('figure.abandoned')}</th>
            <th>{t('figure.serviceLevel')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((queue) => (
            <QueueRow
              key={queue.id}
              queue={queue}
              chosen={queue.id === chosen}
              choose={choose}
              mostWaiting={mostWaiting}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
});

const QueueRow = memo(function QueueRow({
  queue,
  chosen,
  choose,
  mostWaiting,
}: {
  queue: QueueLive;
  chosen: boolean;
  choose: (id: string) => void;
  mostWaiting: number;
}) {
  const level = ratio(queue.service_level_numerator_today, queue.service_level_denominator_today);
  return (
    <tr
      tabIndex={0}
      className="hj-row-link"
      aria-selected={chosen}
      data-testid="queue-row"
      data-id={queue.id}
      onClick={() => choose(queue.id)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') choose(queue.id);
      }}
    >
      <td>{queue.name}</td>
      <td>
        <div className="hj-bar-cell">
          <strong data-testid="queue-waiting">{queue.waiting}</strong>
          <div className="hj-bar" data-level={queue.waiting > 0 ? 'amber' : 'calm'}>
            <span style={{ width: `${(queue.waiting / mostWaiting) * 100}%` }} />
          </div>
        </div>
      </td>
      <td>
        <Elapsed
          since={queue.longest_wait_since}
          amberAfter={queue.amber_after ?? undefined}
          redAfter={queue.red_after ?? undefined}
        />
      </td>
      <td>
        {/* Nobody there is an alarm only while somebody waits. */}
        <span
          data-level={queue.agents_signed_in === 0 && queue.waiting > 0 ? 'red' : 'calm'}
          className="hj-timer hj-live-there"
        >
          {queue.agents_reserved > 0 ? <Reserved count={queue.agents_reserved} /> : null}
          {queue.agents_available} / {queue.agents_signed_in}
        </span>
      </td>
      <td>{queue.offered_today}</td>
      <td>{queue.answered_today}</td>
      <td>{queue.abandoned_today}</td>
      <td>
        <div className="hj-bar-cell hj-bar-cell-wide">
          <span>{percentage(level)}</span>
          <div className="hj-bar">
            <span style={{ width: `${(level ?? 0) * 100}%` }} />
          </div>
        </div>
      </td>
    </tr>
  );
});

function Reserved({ count }: { count: number }) {
  const { t } = useTranslation();
  return (
    <Tooltip title={t('live.reservedHint', { count })}>
      <Tag data-testid="queue-reserved">{t('live.reserved', { count })}</Tag>
    </Tooltip>
  );
}
