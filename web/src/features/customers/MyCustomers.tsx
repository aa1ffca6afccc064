import { FilterOutlined, PlusOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Input, Table, type TableProps } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { OwnCustomer, Page } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { ExportButton } from '@/shared/components/ExportButton';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import '@/shared/customers/customers.css';
import { useLive, useLiveAgent } from '@/shared/live/hooks';
import { useDueNextCalls } from '@/shared/next-calls/due';
import { useRight, useSession } from '@/shared/session/session';
import { CustomerPanel } from './CustomerPanel';
import { NewCustomer } from './NewCustomer';
import { OwnFilters } from './OwnFilters';
import { useOwnColumns } from './ownColumns';
import { asQuery, filterNames } from './ownQuery';

const pageSize = 50;

/** The customers whose own agent I am: whom to call next, what came of the last call, and one click to call. */
export function MyCustomers() {
  const { t } = useTranslation();
  const { parameters, text, change } = useAddressState();
  const { agent: own } = useSession();
  const agent = useLiveAgent(own?.id);
  const changes = useLive((state) => state.nextCalls);
  const mayWrite = useRight('customers.write');
  const mayExport = useRight('customers.manage');
  const query = {
    ...asQuery(text),
    page: Math.max(1, Math.floor(Number(text('page'))) || 1),
    page_size: pageSize,
    sort: text('sort') || 'next_call',
  };
  const due = useDueNextCalls()
    .map(({ id }) => id)
    .join();
  const list = useQuery({
    // A call that has begun or ended changes what the list says, and one that falls due.
    queryKey: ['/customers', 'own', query, changes, due, agent?.state, agent?.interaction_id],
    queryFn: () => api.get<Page<OwnCustomer>>('/me/customers', query),
    placeholderData: keepPreviousData,
  });
  useAgainSoon(list.refetch, `${agent?.state ?? ''} ${due}`);
  const last = list.data ? Math.max(1, Math.ceil(list.data.total / pageSize)) : query.page;
  const beyond = !list.isPlaceholderData && query.page > last;
  useEffect(() => {
    if (beyond) change({ page: last === 1 ? null : last }, { replace: true });
  }, [beyond, last, change]);
  const active = filterNames.filter((name) => parameters.has(name)).length;
  const open = (id: string | null) => change({ customer: id });
  const opened = text('customer');
  const columns = useOwnColumns(text('sort') || 'next_call', open);
  const onChange: TableProps<OwnCustomer>['onChange'] = (pagination, _, sorter, { action }) => {
    if (action !== 'sort' || Array.isArray(sorter))
      change({ page: pagination.current === 1 ? null : pagination.current });
    else {
      const down = sorter.order === 'descend' ? '-' : '';
      change({ sort: sorter.order ? `${down}${String(sorter.columnKey)}` : null, page: null });
    }
  };
  const { page: _page, page_size: _size, ...found } = query;
  return (
    <div className="hj-page" data-testid="my-customers">
      <PageHead
        title={t('area.myCustomers')}
        lead={list.data ? t('common.total', { number: list.data.total }) : null}
        actions={
          <>
            {mayExport ? <ExportButton path="/me/customers" query={found} /> : null}
            {mayWrite ? (
              <Button
                type="primary"
                icon={<PlusOutlined />}
                onClick={() => open('new')}
                data-testid="new-customer"
              >
                {t('common.add')}
              </Button>
            ) : null}
          </>
        }
      />
      <div className="hj-filters">
        <Input.Search
          key={text('q')}
          allowClear
          placeholder={t('customer.search')}
          aria-label={t('customer.search')}
          defaultValue={text('q')}
          onSearch={(value) => change({ q: value.trim(), page: null })}
          style={{ width: 200 }}
          data-testid="search-customers"
        />
        <OwnFilters />
        {active > 0 ? (
          <Button
            type="link"
            icon={<FilterOutlined />}
            onClick={() => change(Object.fromEntries([...filterNames, 'page'].map((name) => [name, null])))}
          >
            {t('interactions.clearFilters')}
          </Button>
        ) : null}
      </div>
      {list.isPending || beyond ? (
        <LoadingView rows={12} />
      ) : list.isError ? (
        <ErrorView error={list.error} retry={() => void list.refetch()} />
      ) : (
        <div className="hj-panel">
          <Table<OwnCustomer>
            size="small"
            rowKey="id"
            columns={columns}
            dataSource={list.data.items}
            onChange={onChange}
            scroll={{ x: true }}
            pagination={{
              current: list.data.page,
              pageSize,
              total: list.data.total,
              showSizeChanger: false,
              hideOnSinglePage: true,
              size: 'small',
              style: { marginInlineEnd: 12 },
            }}
            locale={{
              emptyText: (
                <EmptyView
                  what={t(active > 0 ? 'myCustomers.nothing' : 'myCustomers.empty')}
                  how={t(active > 0 ? 'myCustomers.nothingHow' : 'myCustomers.emptyHow')}
                />
              ),
            }}
            onRow={(one) => ({
              className: 'hj-row-link',
              tabIndex: 0,
              onClick: () => open(one.id),
              onKeyDown: (event) => {
                if (event.key === 'Enter' && event.target === event.currentTarget) open(one.id);
              },
              ...({ 'data-testid': 'own-customer', 'data-id': one.id } as object),
            })}
          />
        </div>
      )}
      {opened === 'new' && mayWrite ? (
        <NewCustomer agentId={own?.id} close={() => open(null)} done={(made) => open(made.id)} />
      ) : opened && opened !== 'new' ? (
        <CustomerPanel key={opened} id={opened} beside close={() => open(null)} />
      ) : null}
    </div>
  );
}

const foldedAfterMilliseconds = 3_500;

/** What was written of a call stands in the list a moment after the agent's state says that it is over; and the server's
 *  clock may be a little behind. */
function useAgainSoon(refetch: () => unknown, state: string): void {
  useEffect(() => {
    const timer = setTimeout(() => void refetch(), foldedAfterMilliseconds);
    return () => clearTimeout(timer);
  }, [refetch, state]);
}
