import { Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CustomerChange } from '@/shared/api/types';
import { privateIf } from '@/shared/components/private';
import { useAgentChoices, useCustomerFields, useFieldLabel } from '@/shared/customers/data';
import { useShownValue } from '@/shared/customers/OwnField';
import { dateTime } from '@/shared/format/time';

const named = {
  name: 'person.name',
  grade: 'customer.grade',
  tags: 'customer.tags',
  agent_id: 'customer.agent',
  project_id: 'customer.project',
  note: 'customer.note',
  contact_points: 'customer.contacts',
} as const;

/** What was changed of a customer, by whom, from what to what. */
export function ChangeList({ changes }: { changes: CustomerChange[] }) {
  const { t } = useTranslation();
  const fields = useCustomerFields();
  const labelOf = useFieldLabel();
  const shown = useShownValue();
  const agents = useAgentChoices();
  const label = (name: string) => {
    if (name in named) return t(named[name as keyof typeof named]);
    const field = fields.find(({ key }) => name === `fields.${key}`);
    return field ? labelOf(field) : name.replace('fields.', '');
  };
  const isPrivate = (name: string) =>
    name.startsWith('fields.') && fields.find(({ key }) => name === `fields.${key}`)?.private !== false;
  const value = (name: string, of: unknown) => {
    const agent = name === 'agent_id' ? agents.find((one) => one.value === of) : undefined;
    return agent?.label ?? (shown(of) || '–');
  };
  return (
    <Timeline
      items={changes.map((change) => ({
        key: change.id,
        content: (
          <div data-testid="customer-change">
            <div>
              <span className="hj-figures">{dateTime(change.at)}</span>{' '}
              <strong>{t(`customer.change.${change.kind}`)}</strong>{' '}
              <span className="hj-quiet">{change.by ?? '–'}</span>
            </div>
            {change.kind === 'merged' ? <Merged other={change.data.other} /> : null}
            {Object.entries(change.data)
              .filter((entry): entry is [string, [unknown, unknown]] => Array.isArray(entry[1]))
              .map(([name, [before, after]]) => (
                <div key={name} className="hj-change-line">
                  <span className="hj-quiet">{label(name)}</span>{' '}
                  <span className={privateIf(isPrivate(name))}>
                    {change.kind === 'created' ? '' : `${value(name, before)} → `}
                    {value(name, after)}
                  </span>
                </div>
              ))}
          </div>
        ),
      }))}
    />
  );
}

/** Who was merged into this one, as they were. */
function Merged({ other }: { other: unknown }) {
  const shown = useShownValue();
  const values = Object.entries((other ?? {}) as Record<string, unknown>);
  const told = ['name', 'contact_points', 'note'].map((name) =>
    shown(values.find(([key]) => key === name)?.[1]),
  );
  return <div className="hj-change-line">{told.filter(Boolean).join(' · ')}</div>;
}
