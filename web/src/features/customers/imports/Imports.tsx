import { InboxOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Spin, Table, Upload, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api } from '@/shared/api/client';
import type { CustomerImport, CustomerImportDetail, Page } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { useAct } from '@/shared/components/errors';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { dateTime } from '@/shared/format/time';
import { imports, isActive } from './data';
import { StateTag } from './StateTag';
import './imports.css';

const formats = '.csv,.txt,.tsv,.xlsx';

/** Files with customers: one is sent, and what came of the earlier ones. */
export function Imports() {
  const { t } = useTranslation();
  return (
    <div className="hj-page" data-testid="customer-imports">
      <PageHead
        title={t('customerImport.page')}
        lead={t('customerImport.lead')}
        actions={<Link to="/customers">{t('customer.backToList')}</Link>}
      />
      <SendFile />
      <h2 className="hj-import-head">{t('customerImport.history')}</h2>
      <History />
    </div>
  );
}

function SendFile() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { busy, run } = useAct();
  const send = (file: File) =>
    run(async () => {
      const sent = await api.post<CustomerImportDetail>(imports, file, { name: file.name });
      await navigate(`/customers/imports/${sent.id}`);
    });
  return (
    <Upload.Dragger
      className="hj-import-drop"
      accept={formats}
      showUploadList={false}
      disabled={busy}
      beforeUpload={(file) => {
        void send(file);
        return false;
      }}
      data-testid="import-file"
    >
      {busy ? <Spin /> : <InboxOutlined aria-hidden />}
      <div aria-live="polite">{busy ? t('customerImport.sending') : t('customerImport.drop')}</div>
      <div className="hj-faint">{t('customerImport.dropHow')}</div>
    </Upload.Dragger>
  );
}

function History() {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const page = Math.max(1, Math.floor(Number(text('page'))) || 1);
  const list = useQuery({
    queryKey: [imports, 'list', page],
    queryFn: () => api.get<Page<CustomerImport>>(imports, { page, page_size: 20 }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => (data?.items.some(isActive) ? 2000 : false),
  });
  const columns: TableColumnsType<CustomerImport> = [
    {
      title: t('customerImport.file'),
      dataIndex: 'file_name',
      render: (name: string, { id }) => <Link to={`/customers/imports/${id}`}>{name}</Link>,
    },
    { title: t('customerImport.stateTitle'), render: (_, one) => <StateTag one={one} /> },
    { title: t('customerImport.result'), render: (_, one) => <Result one={one} /> },
    { title: t('customerImport.by'), dataIndex: 'by', render: (by: string | null) => by ?? '–' },
    {
      title: t('customerImport.at'),
      dataIndex: 'created_at',
      className: 'hj-nowrap',
      render: (at: string) => dateTime(at),
    },
  ];
  if (list.isPending) return <LoadingView rows={4} />;
  if (list.isError) return <ErrorView error={list.error} retry={() => void list.refetch()} />;
  return (
    <div className="hj-panel">
      <Table<CustomerImport>
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={list.data.items}
        scroll={{ x: true }}
        pagination={{
          current: list.data.page,
          pageSize: list.data.page_size,
          total: list.data.total,
          showSizeChanger: false,
          hideOnSinglePage: true,
          size: 'small',
          onChange: (wanted) => change({ page: wanted === 1 ? null : wanted }),
        }}
        onRow={(one) => ({ 'data-testid': 'import-row', 'data-state': one.state }) as object}
        locale={{
          emptyText: <EmptyView what={t('customerImport.empty')} how={t('customerImport.emptyHow')} />,
        }}
      />
    </div>
  );
}

/** The counts that there are, in words. */
function Result({ one }: { one: CustomerImport }) {
  const { t } = useTranslation();
  const number = (value: number) => value.toLocaleString();
  const counts = [
    ['customerImport.new', one.created],
    ['customerImport.changed', one.changed],
    ['customerImport.skipped', one.skipped],
    ['customerImport.refused', one.refused],
    ['customerImport.takenBack', one.taken_back],
  ] as const;
  const shown = counts.filter(([, count]) => count > 0);
  if (one.state === 'uploaded' || one.state === 'checked' || shown.length === 0)
    return <span className="hj-faint">–</span>;
  return (
    <span className="hj-import-counts">
      {shown.map(([label, count]) => (
        <span key={label}>
          {t(label)} <b>{number(count)}</b>
        </span>
      ))}
    </span>
  );
}
