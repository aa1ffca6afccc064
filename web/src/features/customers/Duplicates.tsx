import { useQuery } from '@tanstack/react-query';
import { App, Button, Radio, Segmented, Tag } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/shared/api/client';
import type { Customer, DuplicatePair } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { useAct } from '@/shared/components/errors';
import { PhoneNumber } from '@/shared/components/PhoneNumber';
import { useUndo } from '@/shared/components/undo';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { useCustomerFields, useCustomersChanged, useFieldLabel } from '@/shared/customers/data';
import { privateIf } from '@/shared/components/private';
import { useShownValue } from '@/shared/customers/OwnField';
import { dateTime } from '@/shared/format/time';
import '@/shared/customers/customers.css';
import './customers.css';
import { KeptApart } from './KeptApart';

/** Customers who may be one, side by side: which values are kept is chosen, then they are merged. */
export function Duplicates() {
  const { t } = useTranslation();
  const { text, change } = useAddressState();
  const apart = text('view') === 'apart';
  return (
    <div className="hj-page" data-testid="duplicates">
      <PageHead
        title={t('customer.duplicates')}
        lead={t('customer.duplicatesLead')}
        actions={<Link to="/customers">{t('customer.backToList')}</Link>}
      />
      <Segmented
        className="hj-duplicates-which"
        aria-label={t('customer.duplicates')}
        value={apart ? 'apart' : 'open'}
        options={[
          { value: 'open', label: t('customer.mayBeOne') },
          { value: 'apart', label: t('customer.keptApart') },
        ]}
        onChange={(value) => change({ view: value === 'apart' ? value : null })}
      />
      {apart ? <KeptApart /> : <Pairs />}
    </div>
  );
}

function Pairs() {
  const { t } = useTranslation();
  const { data, isPending, isError, error, refetch } = useQuery({
    queryKey: ['/customers', 'duplicates'],
    queryFn: () => api.get<DuplicatePair[]>('/customers/duplicates'),
  });
  if (isPending) return <LoadingView rows={8} />;
  if (isError) return <ErrorView error={error} retry={() => void refetch()} />;
  if (data.length === 0)
    return (
      <div className="hj-panel">
        <EmptyView what={t('customer.noDuplicates')} how={t('customer.noDuplicatesHow')} />
      </div>
    );
  return data.map((pair) => <Pair key={`${pair.one.id} ${pair.other.id}`} pair={pair} />);
}

interface Line {
  name: string;
  label: string;
  of: (customer: Customer) => unknown;
  shown?: (customer: Customer) => ReactNode;
  secret?: boolean;
}

function Pair({ pair }: { pair: DuplicatePair }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const fields = useCustomerFields();
  const labelOf = useFieldLabel();
  const shownValue = useShownValue();
  const changed = useCustomersChanged();
  const { busy, run } = useAct();
  const undoable = useUndo();
  const [taken, setTaken] = useState<Record<string, boolean>>({});
  const { one, other } = pair;
  const lines: Line[] = [
    { name: 'name', label: t('person.name'), of: ({ name }) => name },
    { name: 'grade', label: t('customer.grade'), of: ({ grade }) => grade },
    {
      name: 'agent_id',
      label: t('customer.agent'),
      of: ({ agent_id }) => agent_id,
      shown: ({ agent_name }) => agent_name ?? '–',
    },
    ...fields.map((field) => ({
      name: `fields.${field.key}`,
      label: labelOf(field),
      of: (customer: Customer) => customer.fields[field.key] ?? null,
      secret: field.private,
    })),
    { name: 'note', label: t('customer.note'), of: ({ note }) => note },
  ];
  const empty = (value: unknown) => value === null || value === '' || value === 0;
  // Where one side has nothing there is nothing to choose: what is there is kept.
  const differs = ({ of }: Line) =>
    JSON.stringify(of(one)) !== JSON.stringify(of(other)) && !empty(of(one)) && !empty(of(other));
  const merge = () =>
    void modal.confirm({
      title: t('customer.mergeTitle'),
      content: t('customer.mergeText'),
      okText: t('customer.merge'),
      cancelText: t('common.cancel'),
      onOk: () =>
        run(async () => {
          const take = lines.filter((line) => differs(line) && taken[line.name]).map(({ name }) => name);
          await api.post(`/customers/${one.id}/merge`, { other_id: other.id, take });
          await changed();
          message.success(t('customer.merged'));
        }),
    });
  const keepApart = () =>
    run(async () => {
      const about = { other_id: other.id };
      // Also when it is refused: one was merged or deleted meanwhile.
      await api
        .post(`/customers/${one.id}/apart`, { ...about, contacts: pair.contacts, fields: pair.fields })
        .finally(changed);
      undoable(`${one.id} ${other.id}`, t('customer.isApart'), () =>
        api.post(`/customers/${one.id}/may-be-one`, about).then(changed),
      );
    });
  return (
    <section
      className="hj-panel hj-panel-body hj-pair"
      data-testid="pair"
      aria-label={`${one.name} / ${other.name}`}
    >
      <p>
        {pair.contacts.map((contact) => (
          <Tag key={contact} color="gold">
            {t('customer.sameContact', { contact })}
          </Tag>
        ))}
        {pair.fields.map((key) => {
          const field = fields.find((each) => each.key === key);
          return (
            <Tag key={key} color="gold">
              {t('customer.sameField', { field: field ? labelOf(field) : key })}
            </Tag>
          );
        })}
      </p>
      <table>
        <tbody>
          {lines
            .filter(({ of }) => !empty(of(one)) || !empty(of(other)))
            .map((line) => (
              <tr key={line.name} data-differs={differs(line) || undefined}>
                <th scope="row">{line.label}</th>
                {[one, other].map((customer, at) => {
                  const shown = line.shown?.(customer) ?? (shownValue(line.of(customer)) || '–');
                  return (
                    <td key={customer.id} className={privateIf(line.secret ?? false)}>
                      {differs(line) ? (
                        <Radio
                          name={`${one.id} ${line.name}`}
                          checked={Boolean(taken[line.name]) === (at === 1)}
                          onChange={() => setTaken({ ...taken, [line.name]: at === 1 })}
                        >
                          {shown}
                        </Radio>
                      ) : (
                        shown
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          <tr>
            <th scope="row">{t('customer.contacts')}</th>
            {[one, other].map((customer) => (
              <td key={customer.id}>
                {customer.contact_points.map((point) => (
                  <div key={point.id}>
                    {point.kind === 'phone' ? <PhoneNumber value={point.value} /> : point.value}
                  </div>
                ))}
              </td>
            ))}
          </tr>
          {one.tags.length + other.tags.length > 0 ? (
            <tr>
              <th scope="row">{t('customer.tags')}</th>
              {[one, other].map((customer) => (
                <td key={customer.id}>
                  {customer.tags.map((tag) => (
                    <Tag key={tag}>{tag}</Tag>
                  ))}
                </td>
              ))}
            </tr>
          ) : null}
          <tr>
            <th scope="row">{t('customer.createdAt')}</th>
            {[one, other].map((customer) => (
              <td key={customer.id}>{dateTime(customer.created_at)}</td>
            ))}
          </tr>
        </tbody>
      </table>
      <div className="hj-form-end">
        <span className="hj-faint">{t('customer.bothKept')}</span>
        <Button disabled={busy} onClick={() => void keepApart()} data-testid="keep-apart">
          {t('customer.areTwo')}
        </Button>
        <Button type="primary" loading={busy} onClick={merge} data-testid="merge">
          {t('customer.merge')}
        </Button>
      </div>
    </section>
  );
}
