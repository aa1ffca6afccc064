import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SummaryRule } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, SwitchField } from '@/shared/catalogue/fields';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useRight } from '@/shared/session/session';
import { useResults } from './useResults';

type Values = Omit<SummaryRule, 'id'>;

const directions = ['both', 'inbound', 'outbound'] as const;

/** What agents have to write of which contacts, and from which part of the tree they choose. */
export function SummaryRules() {
  const { t } = useTranslation();
  const queues = useOptions('/queues');
  const businesses = useOptions('/businesses');
  const results = useResults();
  const whose = (one: SummaryRule) =>
    one.queue_id
      ? queues.nameOf(one.queue_id)
      : one.business_id
        ? businesses.nameOf(one.business_id)
        : t('summaryRule.everything');
  return (
    <Catalogue<SummaryRule, Values>
      path="/summary-rules"
      testId="summary-rules"
      title={t('page.summaryRules')}
      lead={t('summaryRule.lead')}
      nameOf={whose}
      emptyWhat={t('summaryRule.empty')}
      emptyHow={t('summaryRule.emptyHow')}
      mayEdit={useRight('admin.queues')}
      columns={[
        {
          title: t('summaryRule.for'),
          key: 'for',
          render: (_, one) => (
            <>
              {whose(one)}{' '}
              {one.queue_id || one.business_id ? (
                <Tag>{t(one.queue_id ? 'column.queue' : 'column.business')}</Tag>
              ) : null}
            </>
          ),
        },
        {
          title: t('column.direction'),
          dataIndex: 'direction',
          render: (value: SummaryRule['direction']) => t(`summaryRule.direction.${value}`),
        },
        {
          title: t('summaryRule.required'),
          key: 'required',
          render: (_, one) =>
            [
              ...(one.disposition_required ? [t('column.disposition')] : []),
              ...(one.note_required ? [t('column.note')] : []),
            ].join(' · ') || t('common.none'),
        },
        {
          title: t('summaryRule.offers'),
          dataIndex: 'disposition_ids',
          render: (ids: string[]) => ids.map(results.nameOf).join(' · ') || t('summaryRule.wholeTree'),
        },
      ]}
      values={(one) => ({
        queue_id: one?.queue_id ?? null,
        business_id: one?.business_id ?? null,
        direction: one?.direction ?? 'both',
        disposition_ids: one?.disposition_ids ?? [],
        disposition_required: one?.disposition_required ?? !one,
        note_required: one?.note_required ?? false,
      })}
      body={(values) => ({
        ...values,
        queue_id: values.queue_id ?? null,
        business_id: values.business_id ?? null,
      })}
      fields={() => (
        <>
          <ChoiceField
            name="queue_id"
            label={t('column.queue')}
            extra={t('summaryRule.forHint')}
            options={queues.options}
          />
          <ChoiceField name="business_id" label={t('column.business')} options={businesses.options} />
          <ChoiceField
            name="direction"
            label={t('column.direction')}
            required
            options={directions.map((value) => ({ value, label: t(`summaryRule.direction.${value}`) }))}
          />
          <ChoiceField
            name="disposition_ids"
            label={t('summaryRule.offers')}
            extra={t('summaryRule.offersHint')}
            multiple
            options={results.options}
            placeholder={t('summaryRule.wholeTree')}
          />
          <SwitchField
            name="disposition_required"
            label={t('summaryRule.dispositionRequired')}
            extra={t('summaryRule.requiredHint')}
          />
          <SwitchField name="note_required" label={t('summaryRule.noteRequired')} />
        </>
      )}
    />
  );
}
