import { useQuery } from '@tanstack/react-query';
import { App, Button, Drawer, Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/shared/api/client';
import type { Customer } from '@/shared/api/types';
import { useConfirmDelete } from '@/shared/catalogue/useConfirmDelete';
import { useFocusReturns } from '@/shared/components/focus';
import { EmptyView, ErrorView, LoadingView } from '@/shared/components/Views';
import { CustomerCard } from '@/shared/customers/CustomerCard';
import { useContacts, useCustomer, useCustomersChanged } from '@/shared/customers/data';
import { EarlierContacts } from '@/shared/customers/EarlierContacts';
import { dateTime } from '@/shared/format/time';
import { useRight } from '@/shared/session/session';
import { ChangeList } from './ChangeList';
import './customers.css';

/** A customer beside the list: the record, what there was with them, what was changed. `beside`: the list can be worked
 *  with meanwhile. */
export function CustomerPanel({
  id,
  beside = false,
  close,
}: {
  id: string;
  beside?: boolean;
  close: () => void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const mayManage = useRight('customers.manage');
  const confirmDelete = useConfirmDelete();
  const changed = useCustomersChanged();
  const { data: customer, isError, error, refetch } = useCustomer(id);
  useFocusReturns();
  const name = customer ? customer.name || (customer.contact_points[0]?.value ?? t('customer.noName')) : '…';
  const remove = () =>
    confirmDelete(name, async () => {
      await api.delete(`/customers/${id}`);
      close();
      await changed();
      message.success(t('common.deleted'));
    });
  return (
    <Drawer
      open
      size={520}
      mask={!beside}
      rootClassName={beside ? 'hj-panel-beside' : undefined}
      title={name}
      onClose={close}
      footer={
        customer && mayManage ? (
          <Button danger type="text" onClick={remove} data-testid="delete-customer">
            {t('common.delete')}
          </Button>
        ) : null
      }
    >
      {isError ? (
        <ErrorView error={error} retry={() => void refetch()} />
      ) : !customer ? (
        <LoadingView />
      ) : (
        <Tabs
          className="hj-customer-tabs"
          items={[
            { key: 'record', label: t('customer.record'), children: <Record customer={customer} /> },
            { key: 'history', label: t('caller.history'), children: <History customer={customer} /> },
            { key: 'changes', label: t('customer.changes'), children: <Changes id={customer.id} /> },
          ]}
        />
      )}
    </Drawer>
  );
}

function Record({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  return (
    <>
      <CustomerCard customer={customer} />
      <p className="hj-faint">
        {t('customer.createdBy', { at: dateTime(customer.created_at), by: customer.created_by ?? '–' })}
        <br />
        {t('customer.updatedBy', { at: dateTime(customer.updated_at), by: customer.updated_by ?? '–' })}
      </p>
    </>
  );
}

function History({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { contacts, total, pending } = useContacts({ customer_id: customer.id }, null, true);
  if (pending) return <LoadingView rows={4} />;
  if (contacts.length === 0) return <EmptyView what={t('customer.noHistory')} />;
  return (
    <>
      <EarlierContacts contacts={contacts} />
      <Link to={`/interactions?customer_id=${customer.id}`}>
        {t('customer.allContacts', { number: total })}
      </Link>
    </>
  );
}

function Changes({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, isError, error, refetch } = useQuery({
    queryKey: ['/customers', 'changes', id],
    queryFn: () => api.get<Parameters<typeof ChangeList>[0]['changes']>(`/customers/${id}/changes`),
  });
  if (isError) return <ErrorView error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingView rows={4} />;
  return data.length > 0 ? <ChangeList changes={data} /> : <EmptyView what={t('customer.noChanges')} />;
}
