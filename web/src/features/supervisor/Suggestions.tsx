import { Button, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { QueueSuggestion } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';
import { PagedTable } from '@/shared/components/PagedTable';
import { EmptyView, ErrorView, LoadingView } from '@/shared/components/Views';
import { duration } from '@/shared/format/format';
import { timeOfDay, timeOrDay } from '@/shared/format/time';
import { useNow } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';
import { SuggestionCard } from './SuggestionCard';
import './suggestions.css';
import { isRunning, lengthOf, outcomesOf, useSuggestions } from './suggestions';

const size = 20;

/** Queues in trouble and who could help them; below, what was applied and what became of it. */
export default function Suggestions() {
  const { t } = useTranslation();
  const open = useSuggestions(false);
  const refresh = () => open.refetch();
  return (
    <div data-testid="suggestions">
      {open.error && !open.data ? (
        <ErrorView error={open.error} retry={() => void refresh()} />
      ) : open.isPending ? (
        <LoadingView rows={4} />
      ) : open.data.items.length > 0 ? (
        open.data.items.map((one) => <SuggestionCard key={one.id} suggestion={one} refresh={refresh} />)
      ) : (
        <div className="hj-panel hj-panel-body">
          <EmptyView what={t('suggestion.none')} how={t('suggestion.noneHow')} />
        </div>
      )}
      <History />
    </div>
  );
}

function History() {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const list = useSuggestions(true, page, size);
  const { busy, run } = useAct();
  const mayUndo = useRight('live.skills');
  const now = useNow();
  const undo = (one: QueueSuggestion) =>
    run(async () => {
      await api.post(`/queue-suggestions/${one.id}/undo`, {});
      await list.refetch();
    });
  const columns: TableColumnsType<QueueSuggestion> = [
    {
      title: t('suggestion.appliedAt'),
      key: 'at',
      width: 110,
      render: (_, { applied }) =>
        applied ? <span className="hj-figures">{timeOrDay(applied.at)}</span> : null,
    },
    { title: t('column.queue'), dataIndex: 'queue_name', ellipsis: true, width: 140 },
    {
      title: t('suggestion.helpers'),
      key: 'helpers',
      render: (_, { applied, helpers }) =>
        helpers
          .filter(({ agent_id: id }) => applied?.agent_ids.includes(id))
          .map((one) => one.agent_name)
          .join(t('suggestion.and')),
    },
    {
      title: t('suggestion.promised'),
      key: 'promised',
      width: 190,
      render: (_, one) => <Promised suggestion={one} />,
    },
    {
      title: t('suggestion.became'),
      key: 'became',
      width: 230,
      render: (_, one) => <Became suggestion={one} />,
    },
    {
      title: t('suggestion.by'),
      key: 'by',
      width: 120,
      ellipsis: true,
      render: (_, { applied }) => applied?.by_name ?? '–',
    },
    {
      title: t('suggestion.state'),
      key: 'state',
      width: 210,
      render: (_, one) => {
        const { applied } = one;
        if (!applied) return null;
        if (applied.undone_at)
          return (
            <span className="hj-faint">
              {t('suggestion.undone', {
                at: timeOfDay(applied.undone_at),
                name: applied.undone_by_name ?? '–',
              })}
            </span>
          );
        if (!isRunning(one, now)) return <span className="hj-faint">{t('suggestion.over')}</span>;
        return (
          <>
            {t('suggestion.until', { at: timeOfDay(applied.until_at) })}{' '}
            {mayUndo ? (
              <Button
                size="small"
                disabled={busy}
                onClick={() => void undo(one)}
                data-testid="undo-suggestion"
              >
                {t('suggestion.undo')}
              </Button>
            ) : null}
          </>
        );
      },
    },
  ];
  return (
    <>
      <h3 className="hj-suggestion-history">{t('suggestion.history')}</h3>
      <PagedTable<QueueSuggestion>
        list={list}
        rowKey="id"
        columns={columns}
        scroll={{ x: 1080 }}
        empty={<EmptyView what={t('suggestion.noHistory')} how={t('suggestion.noHistoryHow')} />}
        setPage={setPage}
        onRow={(one) => ({ 'data-testid': 'applied-suggestion', 'data-id': one.id }) as object}
      />
    </>
  );
}

/** What it was expected to do to the queue in trouble. */
function Promised({ suggestion }: { suggestion: QueueSuggestion }) {
  const { t } = useTranslation();
  const [outcome] = outcomesOf(suggestion, suggestion.applied?.agent_ids ?? []);
  if (!outcome) return <>–</>;
  const { wait_before: before, wait_after: after } = outcome;
  return <Change before={before} after={after} nobody={t('suggestion.nobody')} />;
}

/** The queue's longest wait when it was applied, and ten minutes later. */
function Became({ suggestion: { applied } }: { suggestion: QueueSuggestion }) {
  const { t } = useTranslation();
  if (!applied?.before) return <>–</>;
  if (!applied.after) {
    return (
      <span className="hj-figures">
        {duration(applied.before.longest_wait_seconds)} →{' '}
        <span className="hj-faint">{t(applied.after_at ? 'suggestion.queueGone' : 'suggestion.later')}</span>
      </span>
    );
  }
  return (
    <Change
      before={applied.before.longest_wait_seconds}
      after={applied.after.longest_wait_seconds}
      nobody="–"
    />
  );
}

/** Two waits as figures, over two thin bars of one measure. */
function Change({ before, after, nobody }: { before: number | null; after: number | null; nobody: string }) {
  const longest = Math.max(60, before ?? 0, after ?? 0);
  return (
    <div className="hj-wait-change">
      <span className="hj-figures">
        {before === null ? nobody : duration(before)} →{' '}
        <strong>{after === null ? nobody : duration(after)}</strong>
      </span>
      <span className="hj-wait-bars-two" aria-hidden="true">
        <span
          style={{ width: `${String(lengthOf(before, longest) * 100)}%` }}
          data-nobody={before === null}
        />
        <span style={{ width: `${String(lengthOf(after, longest) * 100)}%` }} data-nobody={after === null} />
      </span>
    </div>
  );
}
