import {
  BranchesOutlined,
  CrownOutlined,
  PhoneOutlined,
  TeamOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { Button, Empty, Skeleton, Tag } from 'antd';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { AgentStateMark } from '@/shared/components/AgentStateMark';
import { Elapsed } from '@/shared/components/Elapsed';
import { useErrorText } from '@/shared/components/errors';
import { duration, phoneNumber } from '@/shared/format/format';
import type { Kind } from './find';
import './targets.css';
import type { Choice, Row } from './useChoice';

const rowHeight = 40; // as in targets.css
const around = 6; // rows beyond what is seen

const icons: Record<Kind, ReactNode> = {
  agent: <UserOutlined aria-hidden />,
  supervisor: <CrownOutlined aria-hidden />,
  queue: <TeamOutlined aria-hidden />,
  flow: <BranchesOutlined aria-hidden />,
  number: <PhoneOutlined aria-hidden />,
};

export const optionId = (list: string, row: Row | null) => (row ? `${list}-${row.target.key}` : undefined);

/** The rows of a choice; of a long list those that are seen are there. The keys are the search field's. */
export function TargetList({
  id,
  choice,
  empty,
  take,
}: {
  id: string;
  choice: Choice;
  empty: string;
  /** A row was clicked. */
  take: (row: Row) => void;
}) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: rowHeight * 9 });
  const { rows, chosen } = choice;
  const at = chosen ? rows.indexOf(chosen) : -1;
  const key = chosen?.target.key;
  useEffect(() => {
    const list = box.current;
    if (!list || at < 0) return;
    const top = at * rowHeight;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + rowHeight > list.scrollTop + list.clientHeight)
      list.scrollTop = top + rowHeight - list.clientHeight;
  }, [key, at]);
  if (choice.error)
    return (
      <div className="hj-targets-note" role="alert">
        <span>{errorText(choice.error)}</span>
        <Button size="small" onClick={choice.retry}>
          {t('common.retry')}
        </Button>
      </div>
    );
  if (choice.pending)
    return (
      <div className="hj-targets-note" aria-busy="true">
        <Skeleton active title={false} paragraph={{ rows: 5 }} />
      </div>
    );
  if (rows.length === 0)
    return (
      <div className="hj-targets-note" role="status">
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />
      </div>
    );
  const from = Math.max(0, Math.floor(seen.top / rowHeight) - around);
  const to = Math.min(rows.length, Math.ceil((seen.top + seen.height) / rowHeight) + around);
  return (
    <div
      ref={box}
      id={id}
      role="listbox"
      tabIndex={-1}
      aria-label={t('targets.title')}
      className="hj-targets"
      onScroll={(event) =>
        setSeen({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })
      }
      // The search field keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
    >
      <div style={{ height: rows.length * rowHeight }}>
        <div style={{ transform: `translateY(${String(from * rowHeight)}px)` }}>
          {rows.slice(from, to).map((row, index) => (
            <div
              key={row.target.key}
              id={optionId(id, row)}
              role="option"
              aria-selected={row === chosen}
              aria-disabled={row.why !== null}
              aria-posinset={from + index + 1}
              aria-setsize={rows.length}
              className="hj-target"
              onClick={() => {
                if (row.why === null) take(row);
              }}
              data-testid="target"
              data-kind={row.target.kind}
            >
              <TargetRow row={row} />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function TargetRow({ row }: { row: Row }) {
  const { t } = useTranslation();
  const { target, agent, queue, why } = row;
  const kinds = target.kinds.join(' · ');
  const said = why === 'signedOut' ? null : why; // which the state beside it says
  return (
    <>
      <span className="hj-target-icon" title={t(`targets.kind.${target.kind}`)}>
        {icons[target.kind]}
      </span>
      <span className="hj-target-name hj-ellipsis">
        {target.kind === 'number' ? (
          <span className="hj-figures">{phoneNumber(target.number)}</span>
        ) : (
          <>
            {target.name}
            {target.number ? <span className="hj-mono hj-quiet"> {target.number}</span> : null}
          </>
        )}
      </span>
      {target.leads ? <Tag color="blue">{t('targets.leads')}</Tag> : null}
      {row.recent ? <Tag>{t('targets.recent')}</Tag> : null}
      <span className="hj-target-kinds hj-ellipsis hj-faint" title={said ? undefined : kinds}>
        {said ? t(`targets.why.${said}`) : agent?.forwards ? t('forwarding.forwards') : kinds}
      </span>
      {target.kind === 'agent' ? (
        <span className="hj-target-state">
          <AgentStateMark state={agent?.state ?? 'logged_out'} />
          {agent ? <Elapsed since={agent.since} /> : null}
        </span>
      ) : null}
      {queue ? (
        <span className="hj-target-state hj-figures">
          <span>{t('targets.waiting', { number: queue.waiting })}</span>
          {queue.longest_wait_since ? (
            <Elapsed since={queue.longest_wait_since} amberAfter={30} redAfter={90} />
          ) : null}
          {queue.expected_wait_seconds !== null ? (
            <span className="hj-faint">
              {t('targets.expected', { time: duration(queue.expected_wait_seconds) })}
            </span>
          ) : null}
          <span className={queue.agents_signed_in ? 'hj-quiet' : 'hj-target-nobody'}>
            {queue.agents_signed_in
              ? t('targets.staff', { free: queue.agents_available, all: queue.agents_signed_in })
              : t('targets.nobodySignedIn')}
          </span>
        </span>
      ) : null}
    </>
  );
}
