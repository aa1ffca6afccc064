import { useQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Interaction, Page } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { Direction } from '@/shared/components/Direction';
import { EmptyView, ErrorView, LoadingView } from '@/shared/components/Views';
import { duration } from '@/shared/format/format';
import { timeOrDay } from '@/shared/format/time';
import { piece } from '@/shared/pieces/piece';
import { OtherEnd } from './OtherEnd';

const RecentOne = piece(async () => ({ default: (await import('./RecentOne')).RecentOne }));

interface Column {
  title: string;
  width?: number;
  figure?: boolean;
  render: (one: Interaction) => ReactNode;
}

/** My latest interactions; a click opens one beside the work, with what was said. */
export function Recent({ refresh }: { refresh: string }) {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const recent = useQuery({
    queryKey: ['me', 'interactions', refresh],
    queryFn: () =>
      api.get<Page<Interaction>>('/me/interactions', { page: 1, page_size: 20, sort: '-started_at' }),
    placeholderData: (previous) => previous,
  });
  const columns: Column[] = [
    { title: t('column.startedAt'), width: 104, render: (one) => timeOrDay(one.started_at) },
    { title: t('column.direction'), width: 124, render: (one) => <Direction value={one.direction} /> },
    { title: t('column.otherEnd'), width: 150, render: (one) => <OtherEnd one={one} /> },
    { title: t('column.queue'), render: (one) => one.queue_name },
    { title: t('column.talk'), width: 80, figure: true, render: (one) => duration(one.talk_seconds) },
    { title: t('column.disposition'), render: (one) => one.disposition_name },
    { title: t('column.note'), render: (one) => one.note },
  ];
  if (recent.isPending) return <LoadingView rows={4} />;
  if (recent.isError) return <ErrorView error={recent.error} retry={() => void recent.refetch()} />;
  const open = text('interaction');
  return (
    <>
      {/* A list that is only read needs none of the component library's table, which is large. */}
      <table className="hj-recent">
        <thead>
          <tr>
            {columns.map(({ title, width, figure }) => (
              <th key={title} style={{ width }} data-figure={figure}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {recent.data.items.map((row) => (
            <tr
              key={row.id}
              className="hj-row-link"
              tabIndex={0}
              onClick={() => change({ interaction: row.id })}
              onKeyDown={(event) => {
                if (event.key === 'Enter') change({ interaction: row.id });
              }}
              data-testid="interaction-row"
              data-id={row.id}
            >
              {columns.map(({ title, figure, render }) => (
                <td key={title} data-figure={figure}>
                  {render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {recent.data.items.length === 0 ? (
        <EmptyView what={t('recent.empty')} how={t('recent.emptyHow')} />
      ) : null}
      {open ? (
        <Suspense fallback={null}>
          <RecentOne id={open} close={() => change({ interaction: null })} />
        </Suspense>
      ) : null}
    </>
  );
}
