import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useCustomerFields, useFieldLabel, useVariableLabel } from '@/shared/customers/data';
import { useRight } from '@/shared/session/session';

/** The parts of a customer that every tenant has. */
export const customerNames = ['name', 'contacts', 'grade', 'tags', 'agent', 'note'] as const;
/** What is known of every call. */
export const callNames = [
  'caller',
  'called',
  'queue',
  'business',
  'keys',
  'language',
  'medium',
  'direction',
  'agent_number',
  'agent_name',
  'interaction_id',
] as const;

/** What stands before a value: `customer.name`, `call.queue`, `vars.account`. */
export function useItemLabel(): (key: string) => string {
  const { t, i18n } = useTranslation();
  const fields = useCustomerFields(useRight('customers.read'));
  const labelOf = useFieldLabel();
  const variableLabel = useVariableLabel();
  return useCallback(
    (key: string) => {
      const [kind, name = ''] = key.split('.', 2);
      if (kind === 'vars') return variableLabel(name);
      const own = kind === 'customer' ? fields.find((field) => field.key === name) : undefined;
      if (own) return labelOf(own);
      const known = `pop.${kind ?? ''}.${name}`;
      return i18n.exists(known) ? t(known as never) : name;
    },
    [t, i18n, fields, labelOf, variableLabel],
  );
}
