import { PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Select } from 'antd';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { all } from '@/shared/api/client';
import type { FlowSummary, OverflowRule, Prompt, Queue, QueueRouting as Document } from '@/shared/api/types';
import { chosenName, useOptions } from '@/shared/catalogue/useOptions';
import { useAddressState } from '@/shared/components/address';
import { phoneNumber } from '@/shared/format/format';
import { moved } from './criteria';
import type { Draft } from './draft';
import { Field } from './Fields';
import { freshRule, latestOf, unreached, withWhen } from './overflow';
import { OverflowEditor } from './OverflowEditor';
import { OverflowRows } from './OverflowRows';

const most = 20;

/** A queue's overflow as the routing page shows it: rows on the rings' time line, and an editor of the chosen rule. */
export function useOverflow(
  queue: Queue,
  draft: Draft<Document>,
  mayEdit: boolean,
): {
  selected: number | null;
  latest: number;
  rows: (scale: { end: number; marks: number[] }) => ReactNode;
  editor: ReactNode;
} {
  const { t } = useTranslation();
  const { text, change: changeAddress } = useAddressState();
  const queues = useOptions('/queues');
  const hours = useOptions('/hours');
  const flows = useQuery({ queryKey: ['/flows', 'all'], queryFn: () => all<FlowSummary>('/flows') });
  const prompts = useQuery({ queryKey: ['/prompts', 'all'], queryFn: () => all<Prompt>('/prompts') });
  const { overflow: rules, hours_id: hoursId } = draft.value;
  // The scale stands still while a marker is dragged.
  const [held, setHeld] = useState<number | null>(null);
  const wanted = Number(text('rule')) - 1;
  const selected = wanted >= 0 && wanted < rules.length ? wanted : null;
  const select = (rule: number | null) =>
    changeAddress({ rule: rule === null ? null : rule + 1 }, { replace: true });
  const change = (next: OverflowRule[]) => draft.change({ overflow: next });
  const move = (from: number, to: number) => {
    change(moved(rules, from, to));
    select(to);
  };
  const promptOptions = useMemo(
    () =>
      [...new Set((prompts.data ?? []).map(({ name }) => name))]
        .sort()
        .map((name) => ({ value: name, label: name })),
    [prompts.data],
  );
  const targetOf = (rule: OverflowRule) => {
    const name =
      rule.to === 'queue'
        ? queues.nameOf(rule.target)
        : rule.to === 'flow'
          ? (flows.data?.find(({ id }) => id === rule.target)?.name ?? '–')
          : rule.to === 'number'
            ? phoneNumber(rule.target)
            : rule.prompts.join(', ');
    // A number speaks for itself, and is the longest.
    return rule.to === 'number' && name
      ? name
      : [t(`overflow.to.${rule.to}`), name].filter(Boolean).join(' · ');
  };
  const never = unreached(rules);
  const chosen = selected === null ? undefined : rules[selected];
  return {
    selected,
    latest: held ?? latestOf(rules),
    rows: ({ end, marks }) => (
      <>
        <div className="hj-overflow-head">
          <h3>{t('overflow.title')}</h3>
          <span className="hj-quiet hj-routing-head-lead">{t('overflow.lead')}</span>
          <span className="hj-overflow-hours">
            <Link to="/admin/hours" title={t('overflow.hoursHint')}>
              {t('overflow.hours')}
            </Link>
            <Field error={draft.errorAt('hours_id')}>
              <Select
                size="small"
                allowClear
                aria-label={t('overflow.hours')}
                value={hoursId ?? undefined}
                options={hours.options}
                labelRender={chosenName}
                placeholder={t('overflow.always')}
                onChange={(id: string | undefined) => draft.change({ hours_id: id ?? null })}
                style={{ width: 150 }}
                data-testid="queue-hours"
              />
            </Field>
            {mayEdit ? (
              <Button
                size="small"
                icon={<PlusOutlined />}
                disabled={rules.length >= most}
                onClick={() => {
                  change([...rules, freshRule(rules)]);
                  select(rules.length);
                }}
                data-testid="add-rule"
              >
                {t('overflow.add')}
              </Button>
            ) : null}
          </span>
        </div>
        {rules.length === 0 ? <p className="hj-faint hj-overflow-empty">{t('overflow.empty')}</p> : null}
        <OverflowRows
          rules={rules}
          targets={rules.map(targetOf)}
          end={end}
          marks={marks}
          selected={selected}
          select={select}
          change={change}
          move={move}
          hold={(holding) => setHeld(holding ? latestOf(rules) : null)}
          disabled={!mayEdit}
          hasError={(rule) => draft.errorAt(`overflow.${rule}`) !== undefined}
        />
        {hoursId && !rules.some(({ when }) => when === 'outside_hours') ? (
          <Alert
            type="info"
            showIcon
            title={t('overflow.hoursUnused')}
            className="hj-routing-note"
            data-testid="hours-unused"
            action={
              mayEdit && rules.length < most ? (
                <Button
                  size="small"
                  onClick={() => {
                    change([withWhen(freshRule(rules), 'outside_hours'), ...rules]);
                    select(0);
                  }}
                  data-testid="add-outside-hours"
                >
                  {t('overflow.addOutsideHours')}
                </Button>
              ) : undefined
            }
          />
        ) : null}
        {never ? (
          <Alert
            type="info"
            showIcon
            title={t('overflow.never', { number: never.rule + 1, by: never.by + 1 })}
            className="hj-routing-note"
          />
        ) : null}
      </>
    ),
    editor:
      chosen && selected !== null ? (
        <OverflowEditor
          rule={chosen}
          index={selected}
          count={rules.length}
          change={(rule) => change(rules.map((one, at) => (at === selected ? rule : one)))}
          move={(to) => move(selected, to)}
          remove={() => {
            change(rules.filter((_, at) => at !== selected));
            select(null);
          }}
          errorAt={(field) => draft.errorAt(`overflow.${selected}.${field}`)}
          error={
            draft.errorField === `overflow.${selected}` ? draft.errorAt(`overflow.${selected}`) : undefined
          }
          hasHours={Boolean(hoursId)}
          queues={queues.options.filter(({ value }) => value !== queue.id)}
          flows={(flows.data ?? [])
            .filter(({ published_version: published }) => published)
            .map(({ id, name }) => ({ value: id, label: name }))}
          prompts={promptOptions}
          mayEdit={mayEdit}
        />
      ) : null,
  };
}
