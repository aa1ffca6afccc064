import { FilterOutlined, PlusOutlined, UploadOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Input, Select, Table, Tag, type TableColumnsType, type TableProps } from 'antd';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ApiError, type Query } from '@/shared/api/client';
import type { ContactPoint, Customer, Page } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { ExportButton } from '@/shared/components/ExportButton';
import { useAddressState } from '@/shared/components/address';
import { useErrorText } from '@/shared/components/errors';
import { PhoneNumber } from '@/shared/components/PhoneNumber';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import '@/shared/customers/customers.css';
import { useAgentChoices } from '@/shared/customers/data';
import { HandOver } from '@/shared/customers/HandOver';
import { dateTime } from '@/shared/format/time';
import { useRight } from '@/shared/session/session';
import { CustomerPanel } from './CustomerPanel';
import { FieldFilter } from './FieldFilter';
import { NewCustomer } from './NewCustomer';

const filterNames = ['q', 'grade', 'tag', 'agent_id', 'project_id', 'field', 'value'] as const;
const grades = Array.from({ length: 10 }, (_, grade) => ({ value: String(grade), label: String(grade) }));

/** All customers that the reader sees: found, opened beside the list, added. */
export function Customers() {
  const { t } = useTranslation();
  const { parameters, text, change } = useAddressState();
  const mayWrite = useRight('customers.write');
  const mayManage = useRight('customers.manage');
  const agents = useAgentChoices();
  const projects = useOptions('/projects', useRight('config.read'));
  const filters = Object.fromEntries(filterNames.map((name) => [name, text(name)]));
  // A field is asked for with its value alone.
  if (!filters.field || !filters.value) filters.field = filters.value = '';
  const query = {
    ...filters,
    page: Math.max(1, Math.floor(Number(text('page'))) || 1),
    page_size: 50,
    sort: text('sort') || '-updated_at',
  };
  const list = useQuery({
    queryKey: ['/customers', query],
    queryFn: () => api.get<Page<Customer>>('/customers', query),
    placeholderData: keepPreviousData,
  });
  const errorText = useErrorText();
  const wrongValue = list.error instanceof ApiError && list.error.field === 'value';
  // Beyond the last page, because customers went or the address says so: there is the last one.
  const last = list.data ? Math.max(1, Math.ceil(list.data.total / list.data.page_size)) : query.page;
  const beyond = !list.isPlaceholderData && query.page > last;
  useEffect(() => {
    if (beyond) change({ page: last === 1 ? null : last }, { replace: true });
  }, [beyond, last, change]);
  const filter = (name: string, value: string | null | undefined) => change({ [name]: value, page: null });
  const open = (id: string) => change({ customer: id });
  const close = () => change({ customer: null });
  const opened = text('customer');
  const active = filterNames.filter((name) => parameters.has(name)).length;
  const columns = useColumns();
  const onChange: TableProps<Customer>['onChange'] = (pagination, _, sorter, { action }) => {
    if (action !== 'sort' || Array.isArray(sorter))
      change({ page: pagination.current === 1 ? null : pagination.current });
    else {
      const down = sorter.order === 'descend' ? '-' : '';
      change({ sort: sorter.order ? `${down}${String(sorter.field)}` : null, page: null });
    }
  };
  return (
    <div className="hj-page" data-testid="customers">
      <PageHead
        title={t('area.customers')}
        lead={list.data ? t('common.total', { number: list.data.total }) : null}
        actions={
          <>
            {mayManage ? <ManageMenu query={{ ...filters, sort: query.sort }} /> : null}
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
          onSearch={(value) => filter('q', value.trim())}
          style={{ width: 240 }}
          data-testid="search-customers"
        />
        <Select
          allowClear
          aria-label={t('customer.grade')}
          placeholder={t('customer.grade')}
          value={text('grade') || undefined}
          style={{ width: 120 }}
          options={grades}
          onChange={(value: string | undefined) => filter('grade', value)}
        />
        <Input.Search
          key={`tag ${text('tag')}`}
          allowClear
          placeholder={t('customer.tag')}
          aria-label={t('customer.tag')}
          defaultValue={text('tag')}
          onSearch={(value) => filter('tag', value.trim())}
          style={{ width: 140 }}
        />
        {agents.length > 0 ? (
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            aria-label={t('customer.agent')}
            placeholder={t('customer.agent')}
            value={text('agent_id') || undefined}
            style={{ width: 160 }}
            options={agents}
            onChange={(value: string | undefined) => filter('agent_id', value)}
          />
        ) : null}
        {projects.options.length > 1 ? (
          <Select
            allowClear
            aria-label={t('customer.project')}
            placeholder={t('customer.project')}
            value={text('project_id') || undefined}
            style={{ width: 150 }}
            options={projects.options}
            onChange={(value: string | undefined) => filter('project_id', value)}
          />
        ) : null}
        <FieldFilter problem={wrongValue ? errorText(list.error) : ''} />
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
      ) : wrongValue ? (
        <EmptyView what={t('customer.nothingMatches')} how={t('customer.nothingMatchesHow')} />
      ) : list.isError ? (
        <ErrorView error={list.error} retry={() => void list.refetch()} />
      ) : (
        <div className="hj-panel">
          <Table<Customer>
            size="small"
            rowKey="id"
            columns={columns}
            dataSource={list.data.items}
            loading={{ spinning: list.isPlaceholderData, delay: 200 }}
            onChange={onChange}
            scroll={{ x: true }}
            pagination={{
              current: list.data.page,
              pageSize: list.data.page_size,
              total: list.data.total,
              showSizeChanger: false,
              hideOnSinglePage: true,
              size: 'small',
              style: { marginInlineEnd: 12 },
            }}
            locale={{
              emptyText: (
                <EmptyView
                  what={t(active > 0 ? 'customer.nothingMatches' : 'customer.empty')}
                  how={t(active > 0 ? 'customer.nothingMatchesHow' : 'customer.emptyHow')}
                />
              ),
            }}
            onRow={(one) => ({
              className: 'hj-row-link',
              tabIndex: 0,
              onClick: () => open(one.id),
              onKeyDown: (event) => {
                if (event.key === 'Enter') open(one.id);
              },
              ...({ 'data-testid': 'customer-row', 'data-id': one.id } as object),
            })}
          />
        </div>
      )}
      {opened === 'new' && mayWrite ? (
        <NewCustomer
          projects={projects.options.length > 0 ? projects.options : undefined}
          close={close}
          done={(made) => open(made.id)}
        />
      ) : opened && opened !== 'new' ? (
        <CustomerPanel key={opened} id={opened} close={close} />
      ) : null}
    </div>
  );
}

/** What may be done with many of them. */
function ManageMenu({ query }: { query: Query }) {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const from = text('hand_over');
  return (
    <>
      <Link to="/customers/duplicates">
        <Button data-testid="duplicates">{t('customer.duplicates')}</Button>
      </Link>
      <Link to="/customers/imports">
        <Button icon={<UploadOutlined />} data-testid="imports">
          {t('customerImport.title')}
        </Button>
      </Link>
      <Button onClick={() => change({ hand_over: 'anybody' })} data-testid="open-hand-over">
        {t('customer.handOver')}
      </Button>
      <ExportButton path="/customers" query={query} />
      {from ? (
        <HandOver from={from === 'anybody' ? null : from} close={() => change({ hand_over: null })} />
      ) : null}
    </>
  );
}

function useColumns(): TableColumnsType<Customer> {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        title: t('person.name'),
        dataIndex: 'name',
        sorter: true,
        minWidth: 140,
        render: (name: string) => name || <span className="hj-faint">{t('customer.noName')}</span>,
      },
      {
        title: t('customer.contacts'),
        dataIndex: 'contact_points',
        className: 'hj-nowrap',
        render: (points: ContactPoint[]) => {
          const [first, ...more] = points;
          if (!first) return <span className="hj-faint">–</span>;
          return (
            <>
              {first.kind === 'phone' ? <PhoneNumber value={first.value} /> : first.value}
              {more.length > 0 ? <span className="hj-faint"> +{more.length}</span> : null}
            </>
          );
        },
      },
      { title: t('customer.grade'), dataIndex: 'grade', align: 'right', sorter: true },
      {
        title: t('customer.tags'),
        dataIndex: 'tags',
        render: (tags: string[]) => tags.map((tag) => <Tag key={tag}>{tag}</Tag>),
      },
      { title: t('customer.agent'), dataIndex: 'agent_name', render: (name: string | null) => name ?? '–' },
      {
        title: t('customer.updatedAt'),
        dataIndex: 'updated_at',
        className: 'hj-nowrap',
        sorter: true,
        render: (at: string) => dateTime(at),
      },
    ],
    [t],
  );
}
