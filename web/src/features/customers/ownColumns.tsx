import { Tag, type TableColumnsType } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OwnCustomer } from '@/shared/api/types';
import { PhoneNumber } from '@/shared/components/PhoneNumber';
import { useCustomerFields, useFieldLabel } from '@/shared/customers/data';
import { timeOrDay } from '@/shared/format/time';
import { DialButton } from '@/shared/next-calls/DialButton';
import { NextCallButton } from '@/shared/next-calls/NextCallButton';
import { typeKey } from './ownQuery';

/** `sort`: by what the list is sorted now. `open`: shows a customer beside the list. */
export function useOwnColumns(
  sort: string,
  open: (customerId: string) => void,
): TableColumnsType<OwnCustomer> {
  const { t } = useTranslation();
  const type = useCustomerFields().find(({ key, kind }) => key === typeKey && kind === 'choice');
  const labelOf = useFieldLabel();
  const nameOf = (one: OwnCustomer) => one.name || (one.contact_points[0]?.value ?? t('customer.noName'));
  const sorted = (key: string) => ({
    key,
    sorter: true,
    sortOrder: sort === key ? ('ascend' as const) : sort === `-${key}` ? ('descend' as const) : null,
  });
  const typeColumn: TableColumnsType<OwnCustomer> = type
    ? [
        {
          title: labelOf(type),
          key: 'type',
          render: (_, { fields }) => {
            const value = fields[typeKey];
            return typeof value === 'string' && value ? (
              <Tag>{value}</Tag>
            ) : (
              <span className="hj-faint">–</span>
            );
          },
        },
      ]
    : [];
  return [
    {
      title: t('person.name'),
      ...sorted('name'),
      minWidth: 120,
      render: (_, one) => one.name || <span className="hj-faint">{t('customer.noName')}</span>,
    },
    ...typeColumn,
    {
      title: t('myCustomers.numbers'),
      key: 'numbers',
      className: 'hj-nowrap',
      render: (_, one) => {
        const phones = one.contact_points.filter(({ kind }) => kind === 'phone');
        return (
          <>
            <DialButton customerId={one.id} name={nameOf(one)} points={phones} dialled={() => open(one.id)} />{' '}
            {phones[0] ? <PhoneNumber value={phones[0].value} /> : <span className="hj-faint">–</span>}
            {phones.length > 1 ? <span className="hj-faint"> +{phones.length - 1}</span> : null}
          </>
        );
      },
    },
    {
      title: t('myCustomers.place'),
      dataIndex: 'place',
      key: 'place',
      ellipsis: true,
      width: 120,
      render: (place: string) => place || <span className="hj-faint">–</span>,
    },
    {
      title: t('myCustomers.lastCall'),
      ...sorted('last_call'),
      render: (_, one) => <Last call={one.last_call} />,
    },
    {
      title: t('myCustomers.calls'),
      dataIndex: 'calls',
      ...sorted('calls'),
      align: 'right',
      width: 80,
    },
    {
      title: t('myCustomers.next'),
      ...sorted('next_call'),
      width: 250,
      render: (_, one) => (
        <>
          <NextCallButton customerId={one.id} name={nameOf(one)} current={one.next_call} />
          {one.next_call?.note ? (
            <div className="hj-quiet hj-own-note" title={one.next_call.note}>
              {one.next_call.note}
            </div>
          ) : null}
        </>
      ),
    },
  ];
}

function Last({ call }: { call: OwnCustomer['last_call'] }) {
  const { t } = useTranslation();
  if (!call) return <span className="hj-faint">{t('myCustomers.never')}</span>;
  const result =
    call.result ??
    (call.failure
      ? t(`callFailure.${call.failure}`)
      : call.ended
        ? t(call.connected ? 'myCustomers.connected' : 'myCustomers.noResult')
        : t('myCustomers.goesOn'));
  return (
    <>
      <span className="hj-figures">{timeOrDay(call.at)}</span>
      <div className={call.result ? undefined : 'hj-quiet'} data-testid="last-result">
        {result}
      </div>
    </>
  );
}
