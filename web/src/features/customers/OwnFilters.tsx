import { useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { all } from '@/shared/api/client';
import type { Disposition } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { useCustomerFields, useFieldLabel } from '@/shared/customers/data';
import { calledChoices, failures, nextChoices, typeKey } from './ownQuery';

/** Type, tag, what came of the last call, when it was, and when the next one is. */
export function OwnFilters() {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const type = useCustomerFields().find(({ key, kind }) => key === typeKey && kind === 'choice');
  const labelOf = useFieldLabel();
  const results = useQuery({
    queryKey: ['/dispositions', 'all'],
    queryFn: () => all<Disposition>('/dispositions'),
  });
  const filter = (name: string, value: string | undefined) => change({ [name]: value, page: null });
  const select = (
    name: string,
    label: string,
    width: number,
    options: {
      value?: string;
      label: string;
      title?: string;
      options?: { value: string; label: string }[];
    }[],
  ) => (
    <Select
      allowClear
      aria-label={label}
      placeholder={label}
      value={text(name) || undefined}
      style={{ width }}
      popupMatchSelectWidth={false}
      options={options}
      onChange={(value: string | undefined) => filter(name, value)}
      data-testid={`filter-${name}`}
    />
  );
  const calledLabels = {
    today: t('myCustomers.calledToday'),
    week: t('myCustomers.calledWeek'),
    notToday: t('myCustomers.notToday'),
    notWeek: t('myCustomers.notWeek'),
    notMonth: t('myCustomers.notMonth'),
    never: t('myCustomers.neverCalled'),
  };
  const nextLabels = {
    overdue: t('myCustomers.nextOverdue'),
    today: t('myCustomers.nextToday'),
    week: t('myCustomers.nextWeek'),
    none: t('myCustomers.nextNone'),
  };
  return (
    <>
      {type
        ? select(
            'type',
            labelOf(type),
            140,
            type.options.map((option) => ({ value: option, label: option })),
          )
        : null}
      <Input.Search
        key={`tag ${text('tag')}`}
        allowClear
        placeholder={t('customer.tag')}
        aria-label={t('customer.tag')}
        defaultValue={text('tag')}
        onSearch={(value) => filter('tag', value.trim())}
        style={{ width: 120 }}
      />
      {select('result', t('myCustomers.lastResult'), 150, [
        {
          label: t('myCustomers.failed'),
          title: t('myCustomers.failed'),
          options: failures.map((one) => ({ value: one, label: t(`callFailure.${one}`) })),
        },
        {
          label: t('myCustomers.results'),
          title: t('myCustomers.results'),
          options: named(results.data ?? []),
        },
      ])}
      {select(
        'called',
        t('myCustomers.called'),
        150,
        calledChoices.map((one) => ({ value: one, label: calledLabels[one] })),
      )}
      {select(
        'next',
        t('myCustomers.next'),
        140,
        nextChoices.map((one) => ({ value: one, label: nextLabels[one] })),
      )}
    </>
  );
}

/** In the order of the tree, each set in by its level. */
function named(
  results: Disposition[],
  parent: string | null = null,
  depth = 0,
): { value: string; label: string }[] {
  return results
    .filter((one) => one.parent_id === parent)
    .flatMap((one) => [
      { value: one.id, label: `${'\u3000'.repeat(depth)}${one.name}` },
      ...named(results, one.id, depth + 1),
    ]);
}
