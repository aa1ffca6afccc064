import { UserAddOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Customer, InteractionLive } from '@/shared/api/types';
import { useGuardedClose } from '@/shared/components/unsaved';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { useRight } from '@/shared/session/session';
import { contactOf, variablesOf } from './contact';
import { Place } from './ContactPoints';
import { CustomerCard } from './CustomerCard';
import { CustomerForm } from './CustomerForm';
import './customers.css';
import { useContacts, useCustomer, useCustomersWith, useVariableLabel } from './data';
import { EarlierContacts } from './EarlierContacts';

interface Props {
  interaction: InteractionLive;
  head: ReactNode;
  /** Who was found otherwise than by the number. */
  popped?: string;
  history?: boolean;
}

/** Who is on the line or writes: the customer, or a form for a new one; what was before, and what the flow learned.
 *  `head` is shown of who is not known, and to who may see no customers. */
export function CustomerZone({ interaction, head, popped, history = true }: Props) {
  const mayRead = useRight('customers.read');
  const contact = contactOf(interaction);
  const known = useCustomersWith(contact.value, mayRead);
  const [chosen, choose] = useState('');
  const other = useCustomer(mayRead ? popped : null);
  const byNumber = known.data?.items ?? [];
  const added = other.data && !byNumber.some(({ id }) => id === other.data.id) ? [other.data] : [];
  const customers = [...added, ...byNumber];
  const customer =
    customers.find(({ id }) => id === chosen) ??
    customers.find(({ id }) => id === popped) ??
    customers.find(({ id }) => id === interaction.customer_id) ??
    customers[0] ??
    null;
  const asked = mayRead && contact.value !== '';
  if (asked && known.isPending) return <LoadingView rows={4} />;
  return (
    <>
      {asked && known.isError ? <ErrorView error={known.error} retry={() => void known.refetch()} /> : null}
      {customers.length > 1 ? <Choices customers={customers} chosen={customer} choose={choose} /> : null}
      {customer ? (
        <CustomerCard key={customer.id} customer={customer} calling={contact.value} />
      ) : (
        <>
          {head}
          {contact.kind === 'phone' ? <Place number={contact.value} /> : null}
          {asked && known.isSuccess ? (
            <Unknown key={contact.value} interaction={interaction} added={(made) => choose(made.id)} />
          ) : null}
        </>
      )}
      {history ? <History interaction={interaction} customer={customer} contact={contact.value} /> : null}
      <Variables interaction={interaction} />
    </>
  );
}

function Choices({
  customers,
  chosen,
  choose,
}: {
  customers: Customer[];
  chosen: Customer | null;
  choose: (id: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <div
      role="group"
      aria-label={t('customer.several', { number: customers.length })}
      data-testid="customer-choices"
    >
      <p className="hj-quiet">{t('customer.several', { number: customers.length })}</p>
      <div className="hj-customer-choices">
        {customers.map((one) => (
          <Button
            key={one.id}
            size="small"
            type={one.id === chosen?.id ? 'primary' : 'default'}
            aria-pressed={one.id === chosen?.id}
            onClick={() => choose(one.id)}
          >
            {one.name || t('customer.noName')}
          </Button>
        ))}
      </div>
    </div>
  );
}

function Unknown({
  interaction,
  added,
}: {
  interaction: InteractionLive;
  added: (customer: Customer) => void;
}) {
  const { t } = useTranslation();
  const mayWrite = useRight('customers.write');
  const [adding, setAdding] = useState(false);
  const contact = contactOf(interaction);
  const { touch, close } = useGuardedClose(() => setAdding(false));
  if (!mayWrite) return <p className="hj-faint">{t('customer.unknown')}</p>;
  if (!adding)
    return (
      <p>
        <span className="hj-faint">{t('customer.unknown')}</span>{' '}
        <Button
          size="small"
          icon={<UserAddOutlined />}
          onClick={() => setAdding(true)}
          data-testid="add-customer"
        >
          {t('customer.add')}
        </Button>
      </p>
    );
  return (
    <CustomerForm
      initial={{
        name: interaction.caller_name,
        project_id: interaction.project_id ?? null,
        contact_points: [{ kind: contact.kind, value: contact.value, label: '' }],
      }}
      touch={touch}
      cancel={close}
      done={added}
    />
  );
}

function History({
  interaction,
  customer,
  contact,
}: {
  interaction: InteractionLive;
  customer: Customer | null;
  contact: string;
}) {
  const { t } = useTranslation();
  const of = customer ? { customer_id: customer.id } : { customer: contact };
  const { contacts, total, pending } = useContacts(of, interaction.id, customer !== null || contact !== '');
  return (
    <>
      <h3>
        {t('caller.history')} {total > 0 ? <span className="hj-faint">{total}</span> : null}
      </h3>
      {pending ? (
        <LoadingView rows={2} />
      ) : contacts.length === 0 ? (
        <p className="hj-faint">
          {t(contact === '' && !customer ? 'caller.nobodyKnown' : 'caller.noHistory')}
        </p>
      ) : (
        <EarlierContacts contacts={contacts} />
      )}
    </>
  );
}

/** What the flow learned, but for what the visitor of a chat filled in: that stands above. */
function Variables({ interaction }: { interaction: InteractionLive }) {
  const { t } = useTranslation();
  const labelOf = useVariableLabel();
  const variables = variablesOf(interaction);
  if (variables.length === 0) return null;
  return (
    <>
      <h3>{t('caller.learned')}</h3>
      <dl className="hj-facts">
        {variables.map(([name, value]) => (
          <div key={name}>
            <dt title={name}>{labelOf(name)}</dt>
            <dd>{String(value)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
