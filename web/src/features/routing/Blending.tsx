import { Flex, Form, InputNumber, Tag } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { BlendRule } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, NumberField, SwitchField, TextField } from '@/shared/catalogue/fields';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useRight } from '@/shared/session/session';
import { BlendingNow } from './BlendingNow';
import { LevelBand } from './LevelBand';
import { useAgentOptions } from './data';

type Values = Omit<BlendRule, 'id'>;

/** A rule as one begins with it; the same as the API's own. */
const usual: Omit<Values, 'name'> = {
  enabled: true,
  mode: 'automatic',
  queue_ids: [],
  agent_ids: [],
  group_ids: [],
  out: { service_level_percent: 90, waiting_at_most: 0, idle_at_least: 2, for_seconds: 60 },
  back: { service_level_percent: 80, waiting_over: 1, longest_wait_over: 15 },
  level_minutes: 15,
  out_per_minute: 2,
  back_per_minute: 10,
  least_outbound_seconds: 60,
  least_inbound_seconds: 300,
  inbound_at_least: 1,
};

/** 呼入呼出调配: what happens now above, the rules below. */
export function Blending() {
  const { t } = useTranslation();
  const queues = useOptions('/queues');
  const groups = useOptions('/agent-groups');
  const agents = useAgentOptions();
  return (
    <Catalogue<BlendRule, Values>
      path="/blend-rules"
      testId="blend-rules"
      title={t('page.blending')}
      lead={t('blending.lead')}
      nameOf={(rule) => rule.name}
      emptyWhat={t('blending.empty')}
      emptyHow={t('blending.emptyHow')}
      mayEdit={useRight('admin.queues')}
      width={640}
      columns={[
        {
          title: t('common.name'),
          key: 'name',
          render: (_, rule) => (
            <Flex gap={8} align="center">
              <span>{rule.name}</span>
              {rule.enabled ? null : <Tag>{t('blending.off')}</Tag>}
              <Tag color={rule.mode === 'automatic' ? 'blue' : 'gold'}>{t(`blending.mode.${rule.mode}`)}</Tag>
            </Flex>
          ),
        },
        {
          title: t('page.queues'),
          key: 'queues',
          render: (_, rule) => rule.queue_ids.map(queues.nameOf).join(' · '),
        },
        {
          title: t('blending.levels'),
          key: 'levels',
          width: 220,
          render: (_, rule) => (
            <LevelBand back={rule.back.service_level_percent} out={rule.out.service_level_percent} />
          ),
        },
      ]}
      panelTop={(rule) => <BlendingNow ruleId={rule.id} />}
      values={(rule) => ({ name: '', ...usual, ...rule })}
      fields={() => (
        <>
          <TextField name="name" label={t('common.name')} required max={60} />
          <SwitchField name="enabled" label={t('blending.enabled')} />
          <ChoiceField
            name="mode"
            label={t('blending.howItActs')}
            required
            options={(['automatic', 'suggest'] as const).map((value) => ({
              value,
              label: t(`blending.modeSays.${value}`),
            }))}
          />
          <ChoiceField
            name="queue_ids"
            label={t('blending.watched')}
            required
            multiple
            options={queues.options}
          />
          <ChoiceField
            name="group_ids"
            label={t('blending.groups')}
            multiple
            options={groups.options}
            extra={t('blending.whoHint')}
          />
          <ChoiceField name="agent_ids" label={t('blending.agents')} multiple options={agents.options} />
          <Form.Item shouldUpdate noStyle>
            {(form) => (
              <LevelBand
                back={Number(form.getFieldValue(['back', 'service_level_percent']))}
                out={Number(form.getFieldValue(['out', 'service_level_percent']))}
                large
              />
            )}
          </Form.Item>
          <Sentence title={t('blending.outWhen')}>
            <Figure
              name={['out', 'service_level_percent']}
              before={t('blending.levelAtLeast')}
              unit="%"
              min={1}
              max={100}
            />
            <Figure name={['out', 'waiting_at_most']} before={t('blending.waitingAtMost')} />
            <Figure name={['out', 'idle_at_least']} before={t('blending.idleAtLeast')} min={1} />
            <Figure
              name={['out', 'for_seconds']}
              before={t('blending.for')}
              unit={t('blending.seconds')}
              max={3600}
            />
          </Sentence>
          <Sentence title={t('blending.backWhen')}>
            <Figure
              name={['back', 'service_level_percent']}
              before={t('blending.levelBelow')}
              unit="%"
              max={99}
            />
            <Figure name={['back', 'waiting_over']} before={t('blending.waitingOver')} />
            <Figure
              name={['back', 'longest_wait_over']}
              before={t('blending.waitOver')}
              unit={t('blending.seconds')}
              min={1}
              max={3600}
            />
          </Sentence>
          <div className="hj-form-pair">
            <NumberField
              name="level_minutes"
              label={t('blending.levelMinutes')}
              min={1}
              max={240}
              unit={t('blending.minutes')}
            />
            <NumberField
              name="inbound_at_least"
              label={t('blending.inboundAtLeast')}
              min={0}
              max={10000}
              unit={t('ring.agents')}
            />
            <NumberField
              name="out_per_minute"
              label={t('blending.outPerMinute')}
              min={1}
              max={1000}
              unit={t('ring.agents')}
            />
            <NumberField
              name="back_per_minute"
              label={t('blending.backPerMinute')}
              min={1}
              max={1000}
              unit={t('ring.agents')}
            />
            <NumberField
              name="least_outbound_seconds"
              label={t('blending.leastOutbound')}
              unit={t('common.seconds')}
              min={0}
              max={14400}
            />
            <NumberField
              name="least_inbound_seconds"
              label={t('blending.leastInbound')}
              unit={t('common.seconds')}
              min={0}
              max={14400}
            />
          </div>
        </>
      )}
    />
  );
}

function Sentence({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="hj-blend-sentence">
      <legend>{title}</legend>
      {children}
    </fieldset>
  );
}

function Figure({
  name,
  before,
  unit,
  min = 0,
  max = 10_000,
}: {
  name: string[];
  before: string;
  unit?: string;
  min?: number;
  max?: number;
}) {
  const { t } = useTranslation();
  return (
    <label className="hj-blend-figure">
      <span>{before}</span>
      <Form.Item name={name} noStyle rules={[{ required: true, message: t('common.required') }]}>
        <InputNumber min={min} max={max} precision={0} suffix={unit} style={{ width: 96 }} />
      </Form.Item>
    </label>
  );
}
