import type { UseQueryResult } from '@tanstack/react-query';
import { Table, type TableProps } from 'antd';
import { useEffect, type ReactNode } from 'react';
import type { Page } from '@/shared/api/types';
import { ErrorView } from './Views';

interface Props<T> extends Pick<TableProps<T>, 'columns' | 'onRow' | 'scroll'> {
  list: UseQueryResult<Page<T>>;
  rowKey: keyof T | ((row: T) => string);
  empty: ReactNode;
  setPage: (page: number) => void;
}

/** One page of a list of the server's, with the way to the others; one beyond the last leads to the last. */
export function PagedTable<T extends object>({ list, rowKey, empty, setPage, ...table }: Props<T>) {
  const { data } = list;
  const last = data ? Math.max(1, Math.ceil(data.total / data.page_size)) : 1;
  const beyond = data !== undefined && !list.isPlaceholderData && data.page > last;
  useEffect(() => {
    if (beyond) setPage(last);
  }, [beyond, last, setPage]);
  if (list.error && !data) return <ErrorView error={list.error} retry={() => void list.refetch()} />;
  return (
    <div className="hj-panel">
      <Table<T>
        {...table}
        size="small"
        rowKey={rowKey}
        loading={list.isPending || beyond}
        dataSource={data?.items ?? []}
        locale={{ emptyText: empty }}
        pagination={{
          current: data?.page ?? 1,
          pageSize: data?.page_size ?? 1,
          total: data?.total ?? 0,
          showSizeChanger: false,
          hideOnSinglePage: true,
          style: { marginInlineEnd: 12 },
          onChange: setPage,
        }}
      />
    </div>
  );
}
