import { useQuery } from '@tanstack/react-query';
import { Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, all } from '@/shared/api/client';
import type { ReasonCode, StateThreshold, UsualThreshold } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, NumberField } from '@/shared/catalogue/fields';
import { useOptions } from '@/shared/catalogue/useOptions';
import { duration } from '@/shared/format/format';
import { useRight } from '@/shared/session/session';
import './alarms.css';

type Draft = Omit<StateThreshold, 'id'>;
const daySeconds = 86_400;
const states: StateThreshold['state'][] = [
  'idle',
  'ringing',
  'talking',
  'outbound',
  'three_way',
  'held',
  'chatting',
  'wrap_up',
  'not_ready',
  'break',
  'supervising',
  'waiting',
];

/** After how long a state alarms: the company's, a group's, a reason's, a queue's. */
export function StateThresholds() {
  const { t } = useTranslation();
  const groups = useOptions('/agent-groups');
  const queues = useOptions('/queues');
  const reasons = useQuery({ queryKey: ['reason-codes'], queryFn: () => all<ReasonCode>('/reason-codes') });
  const usual = useQuery({
    queryKey: ['state-thresholds', 'usual'],
    queryFn: () => api.get<UsualThreshold[]>('/state-thresholds/usual'),
    staleTime: Infinity,
  });
  const time = (seconds: number | null) => (seconds === null ? t('threshold.never') : duration(seconds));
  const whose = (one: StateThreshold) =>
    one.group_id
      ? groups.nameOf(one.group_id)
      : one.queue_id
        ? queues.nameOf(one.queue_id)
        : t('threshold.everybody');
  return (
    <Catalogue<StateThreshold, Draft>
      path="/state-thresholds"
      testId="state-thresholds"
      top={
        <details className="hj-usual" data-testid="usual-thresholds">
          <summary>{t('threshold.usual')}</summary>
          <ul>
            {(usual.data ?? []).map((one) => (
              <li key={one.state}>
                {t(`activity.${one.state}`)}: {time(one.amber_seconds)} · {time(one.red_seconds)}
              </li>
            ))}
          </ul>
        </details>
      }
      title={t('page.stateThresholds')}
      lead={t('threshold.lead')}
      nameOf={(one) => `${t(`activity.${one.state}`)} · ${whose(one)}`}
      emptyWhat={t('threshold.empty')}
      emptyHow={t('threshold.emptyHow')}
      mayEdit={useRight('alarms.set')}
      columns={[
        { title: t('threshold.state'), key: 'state', render: (_, one) => t(`activity.${one.state}`) },
        { title: t('threshold.whose'), key: 'whose', render: (_, one) => whose(one) },
        {
          title: t('threshold.reason'),
          key: 'reason',
          render: (_, one) => reasons.data?.find(({ id }) => id === one.reason_code_id)?.name ?? '–',
        },
        { title: t('threshold.amber'), key: 'amber', render: (_, one) => time(one.amber_seconds) },
        { title: t('threshold.red'), key: 'red', render: (_, one) => time(one.red_seconds) },
      ]}
      values={(one) => ({
        state: one?.state ?? 'wrap_up',
        group_id: one?.group_id ?? null,
        queue_id: one?.queue_id ?? null,
        reason_code_id: one?.reason_code_id ?? null,
        amber_seconds: one ? one.amber_seconds : 60,
        red_seconds: one ? one.red_seconds : 120,
      })}
      body={(draft) => ({
        ...draft,
        group_id: draft.state === 'waiting' ? null : (draft.group_id ?? null),
        queue_id: draft.state === 'waiting' ? (draft.queue_id ?? null) : null,
        reason_code_id: hasReasons(draft.state) ? (draft.reason_code_id ?? null) : null,
        amber_seconds: draft.amber_seconds ?? null,
        red_seconds: draft.red_seconds ?? null,
      })}
      fields={() => (
        <Fields
          groups={groups.options}
          queues={queues.options}
          reasons={reasons.data ?? []}
          states={states}
        />
      )}
    />
  );
}

const hasReasons = (state: string) => state === 'not_ready' || state === 'break';

interface Choice {
  value: string;
  label: string;
}

function Fields({
  groups,
  queues,
  reasons,
  states: known,
}: {
  groups: Choice[];
  queues: Choice[];
  reasons: ReasonCode[];
  states: StateThreshold['state'][];
}) {
  const { t } = useTranslation();
  const state = Form.useWatch<StateThreshold['state'] | undefined>('state');
  const fitting = reasons.filter((one) => one.is_break === (state === 'break'));
  return (
    <>
      <ChoiceField
        name="state"
        label={t('threshold.state')}
        required
        options={known.map((value) => ({ value, label: t(`activity.${value}`) }))}
      />
      {state === 'waiting' ? (
        <ChoiceField
          name="queue_id"
          label={t('threshold.queue')}
          extra={t('threshold.queueHint')}
          options={queues}
        />
      ) : (
        <ChoiceField
          name="group_id"
          label={t('threshold.group')}
          extra={t('threshold.groupHint')}
          options={groups}
        />
      )}
      {state && hasReasons(state) ? (
        <ChoiceField
          name="reason_code_id"
          label={t('threshold.reason')}
          extra={t('threshold.reasonHint')}
          options={fitting.map((one) => ({ value: one.id, label: one.name }))}
        />
      ) : null}
      <NumberField
        name="amber_seconds"
        label={t('threshold.amber')}
        min={1}
        max={daySeconds}
        unit={t('threshold.seconds')}
        required={false}
        placeholder={t('threshold.never')}
      />
      <NumberField
        name="red_seconds"
        label={t('threshold.red')}
        min={1}
        max={daySeconds}
        unit={t('threshold.seconds')}
        required={false}
        placeholder={t('threshold.never')}
      />
    </>
  );
}
