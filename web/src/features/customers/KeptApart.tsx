import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/shared/api/client';
import type { Customer, CustomersApart, Page } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';
import { PagedTable } from '@/shared/components/PagedTable';
import { PhoneNumber } from '@/shared/components/PhoneNumber';
import { EmptyView } from '@/shared/components/Views';
import { useCustomersChanged } from '@/shared/customers/data';
import { dateTime } from '@/shared/format/time';

const size = 20;

/** Pairs who look like one, of whom somebody said that they are two; which can be taken back. */
export function KeptApart() {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const changed = useCustomersChanged();
  const { busy, run } = useAct();
  const list = useQuery({
    queryKey: ['/customers', 'apart', page],
    queryFn: () => api.get<Page<CustomersApart>>('/customers/apart', { page, page_size: size }),
    placeholderData: keepPreviousData,
  });
  const takeBack = ({ one, other }: CustomersApart) =>
    run(async () => {
      // Also when it is refused: one was merged or deleted meanwhile.
      await api.post(`/customers/${one.id}/may-be-one`, { other_id: other.id }).finally(changed);
    });
  return (
    <PagedTable<CustomersApart>
      list={list}
      rowKey={({ one, other }) => `${one.id} ${other.id}`}
      setPage={setPage}
      scroll={{ x: 900 }}
      empty={<EmptyView what={t('customer.noneApart')} how={t('customer.noneApartHow')} />}
      columns={[
        { title: t('customer.one'), key: 'one', render: (_, { one }) => <Who customer={one} /> },
        { title: t('customer.other'), key: 'other', render: (_, { other }) => <Who customer={other} /> },
        { title: t('customer.apartBy'), key: 'by', width: 160, render: (_, { by }) => by ?? '–' },
        { title: t('customer.apartAt'), key: 'at', width: 190, render: (_, { at }) => dateTime(at) },
        {
          key: 'act',
          width: 120,
          align: 'right',
          render: (_, pair) => (
            <Button size="small" disabled={busy} onClick={() => void takeBack(pair)} data-testid="may-be-one">
              {t('common.undo')}
            </Button>
          ),
        },
      ]}
      onRow={() => ({ 'data-testid': 'apart' }) as object}
    />
  );
}

function Who({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const phone = customer.contact_points.find(({ kind }) => kind === 'phone');
  return (
    <>
      <Link to={`/customers?customer=${customer.id}`}>{customer.name || t('customer.noName')}</Link>{' '}
      <span className="hj-quiet">{phone ? <PhoneNumber value={phone.value} /> : null}</span>
    </>
  );
}
