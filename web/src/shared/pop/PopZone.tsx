import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InteractionLive, ShownSection } from '@/shared/api/types';
import { privateClass } from '@/shared/components/private';
import { LoadingView } from '@/shared/components/Views';
import { contactOf } from '@/shared/customers/contact';
import { CustomerZone } from '@/shared/customers/CustomerZone';
import { useContacts } from '@/shared/customers/data';
import { EarlierContacts } from '@/shared/customers/EarlierContacts';
import { isReached, usePop, usePopSource } from './asked';
import { PopLayout, SourceShown } from './PopLayout';

/** Who is on the line or writes, with the layout that a rule shows for the interaction, if one does. */
export function PopZone({ interaction, head }: { interaction: InteractionLive; head: ReactNode }) {
  const { t } = useTranslation();
  const { data } = usePop(interaction);
  const sections = data?.sections ?? [];
  return (
    <>
      {data?.looked_for && !data.customer ? (
        <p className={`hj-quiet ${privateClass}`} role="status" data-testid="pop-nobody">
          {t('pop.nobody', { value: data.looked_for })}
        </p>
      ) : null}
      {sections.length > 0 ? (
        <PopLayout
          sections={sections}
          contacts={<Contacts interaction={interaction} customer={data?.customer?.id ?? null} />}
          source={(section) => <Source interaction={interaction.id} section={section} />}
        />
      ) : null}
      <CustomerZone
        interaction={interaction}
        head={head}
        popped={data?.customer?.id}
        history={!sections.some(({ kind }) => kind === 'contacts')}
      />
    </>
  );
}

function Source({ interaction, section }: { interaction: string; section: ShownSection }) {
  const asked = usePopSource(interaction, section.source_id ?? '');
  const answer = asked.isError ? null : asked.data;
  return (
    <SourceShown
      section={section}
      answer={asked.isFetching && !isReached(answer) ? undefined : answer}
      retry={() => void asked.refetch()}
    />
  );
}

function Contacts({ interaction, customer }: { interaction: InteractionLive; customer: string | null }) {
  const { t } = useTranslation();
  const contact = contactOf(interaction).value;
  const of = customer ? { customer_id: customer } : { customer: contact };
  const { contacts, pending } = useContacts(of, interaction.id, customer !== null || contact !== '');
  if (pending) return <LoadingView rows={2} />;
  return contacts.length > 0 ? (
    <EarlierContacts contacts={contacts} />
  ) : (
    <p className="hj-faint">{t('caller.noHistory')}</p>
  );
}
