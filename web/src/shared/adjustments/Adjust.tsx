import { App, DatePicker, Form, Input, InputNumber, Modal, Radio, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AdjustmentsGiven } from '@/shared/api/types';
import { chosenName, useOptions } from '@/shared/catalogue/useOptions';
import { useReportError } from '@/shared/components/errors';
import { useFocusReturns } from '@/shared/components/focus';
import { asZoned, forPicker, nowZoned } from '@/shared/format/time';
import {
  type AdjustmentKind,
  acts,
  atThePhone,
  media,
  takenAway,
  type Until,
  usualUntil,
} from './adjustments';

interface Values {
  kind: AdjustmentKind;
  subjects: string[];
  level: number;
  until: Until;
  time: Dayjs | null;
  reason: string;
}

const kinds: AdjustmentKind[] = ['skill', 'rank', 'queue', 'project', 'medium', 'act'];
const usualLevel: Record<AdjustmentKind, number> = {
  skill: 5,
  rank: 1,
  queue: 0,
  project: 0,
  medium: 0,
  act: 0,
};

/** Today at six, or in four hours when that is over. */
function endOfWork(): Dayjs {
  const six = nowZoned().hour(18).minute(0).second(0).millisecond(0);
  return six.isAfter(nowZoned()) ? six : nowZoned().add(4, 'hour').startOf('hour');
}

/** A change of what agents, or a whole group, are asked for and may do: what, and for how long. */
export function Adjust({
  title,
  agentIds = [],
  groupIds = [],
  skillIds = [],
  onClose,
}: {
  title: string;
  agentIds?: string[];
  groupIds?: string[];
  /** Chosen already: nothing but the level of these is asked for. */
  skillIds?: string[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReportError();
  useFocusReturns();
  const [form] = Form.useForm<Values>();
  const [chosen, setChosen] = useState(false); // how long
  const kind = Form.useWatch<AdjustmentKind | undefined>('kind', form) ?? 'skill';
  const level = Form.useWatch<number | null | undefined>('level', form) ?? null;
  const until = Form.useWatch('until', form);
  const hint = takenAway(kind, level) ? 'temporary.takenSignInHint' : 'temporary.signInHint';
  const onlySkills = skillIds.length > 0;
  const give = async (values: Values) => {
    try {
      const given = await api.post<AdjustmentsGiven>('/adjustments', {
        agent_ids: agentIds,
        group_ids: groupIds,
        changes: values.subjects.map((subject) => ({ kind: values.kind, subject, level: values.level })),
        until_at: values.until === 'time' && values.time ? asZoned(values.time).toISOString() : null,
        for_good: values.until === 'good',
        reason: values.reason,
      });
      const away = given.not_signed_in.length;
      message.success(
        away > 0
          ? t('temporary.givenSome', { number: given.agents, away })
          : t('temporary.given', { number: given.agents }),
        away > 0 ? 8 : 3,
      );
      onClose();
    } catch (error) {
      report(error);
    }
  };
  return (
    <Modal
      open
      title={title}
      okText={t('temporary.act')}
      cancelText={t('common.cancel')}
      onCancel={onClose}
      onOk={() => form.submit()}
      destroyOnHidden
      width={520}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{
          kind: 'skill',
          subjects: skillIds,
          level: usualLevel.skill,
          until: 'sign_in',
          time: forPicker(endOfWork().toISOString()),
          reason: '',
        }}
        onFinish={give}
        onValuesChange={(changed: Partial<Values>, values: Values) => {
          if (changed.until) setChosen(true);
          if (chosen || !('kind' in changed || 'level' in changed)) return;
          const level = changed.kind ? usualLevel[changed.kind] : values.level;
          form.setFieldsValue({ until: usualUntil(values.kind, level) });
        }}
        data-testid="adjust"
      >
        <Form.Item name="kind" label={t('adjusted.what')} hidden={onlySkills} style={{ marginBottom: 12 }}>
          <Radio.Group
            optionType="button"
            options={kinds.map((value) => ({ value, label: t(`adjustKind.${value}`) }))}
            onChange={({ target }: { target: { value?: unknown } }) =>
              form.setFieldsValue({ subjects: [], level: usualLevel[target.value as AdjustmentKind] })
            }
            data-testid="field-kind"
          />
        </Form.Item>
        <Subjects kind={kind} focus={!onlySkills} />
        <Level kind={kind} focus={onlySkills} />
        <Form.Item name="until" label={t('temporary.until')} style={{ marginBottom: 8 }}>
          <Radio.Group
            options={[
              { value: 'sign_in', label: t('temporary.nextSignIn') },
              { value: 'time', label: t('temporary.atTime') },
              { value: 'good', label: t('temporary.forGood') },
            ]}
            data-testid="field-until"
          />
        </Form.Item>
        {until === 'time' ? (
          <Form.Item name="time" rules={[{ required: true, message: t('common.required') }]}>
            <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" needConfirm={false} />
          </Form.Item>
        ) : (
          <p className="hj-faint" style={{ marginBottom: 12 }}>
            {t(until === 'good' ? 'temporary.goodHint' : hint)}
          </p>
        )}
        <Form.Item name="reason" label={t('adjusted.reason')}>
          <Input maxLength={200} placeholder={t('adjusted.reasonHint')} data-testid="field-reason" />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** Which skills, queues, projects, media or acts. */
function Subjects({ kind, focus }: { kind: AdjustmentKind; focus: boolean }) {
  const { t } = useTranslation();
  const skills = useOptions('/skills', kind === 'skill');
  const queues = useOptions('/queues', kind === 'rank' || kind === 'queue');
  const projects = useOptions('/projects', kind === 'project');
  const options = {
    skill: skills.options,
    rank: queues.options,
    queue: queues.options,
    project: projects.options,
    medium: media.map((value) => ({ value, label: t(`medium.${value}`) })),
    act: acts.map((value) => ({ value, label: t(`act.${value}`) })),
  }[kind];
  return (
    <Form.Item
      name="subjects"
      label={t(`adjustSubject.${kind}`)}
      rules={[{ required: true, message: t('common.required') }]}
    >
      <Select
        mode="multiple"
        options={options}
        showSearch={{ optionFilterProp: 'label' }}
        maxTagCount="responsive"
        labelRender={chosenName}
        autoFocus={focus}
        data-testid="field-subjects"
      />
    </Form.Item>
  );
}

/** How it is to be. */
function Level({ kind, focus }: { kind: AdjustmentKind; focus: boolean }) {
  const { t } = useTranslation();
  const chosen = Form.useWatch<string[] | undefined>('subjects') ?? [];
  if (kind === 'skill' || kind === 'medium') {
    const most = kind === 'medium' && chosen.some((one) => atThePhone.has(one)) ? 1 : 10;
    return (
      <Form.Item
        name="level"
        label={t(kind === 'skill' ? 'matrix.level' : 'adjusted.atOnce')}
        extra={t(kind === 'skill' ? 'temporary.levelHint' : 'adjusted.atOnceHint')}
        rules={[{ required: true, message: t('common.required') }]}
      >
        <InputNumber min={0} max={most} precision={0} autoFocus={focus} data-testid="field-level" />
      </Form.Item>
    );
  }
  if (kind === 'rank') {
    const ranks = [3, 2, 1, -1, -2, -3] as const;
    return (
      <Form.Item name="level" label={t('adjusted.rankLevel')} extra={t('adjusted.rankHint')}>
        <Select
          options={ranks.map((value) => ({ value, label: t(`rankLevel.${value}`) }))}
          data-testid="field-level"
        />
      </Form.Item>
    );
  }
  const words = kind === 'act' ? (['mayNot', 'may'] as const) : (['servesNot', 'serves'] as const);
  return (
    <Form.Item name="level" label={t('adjusted.how')} extra={t(`adjustHint.${kind}`)}>
      <Radio.Group
        options={words.map((word, value) => ({ value, label: t(`adjusted.${word}`) }))}
        data-testid="field-level"
      />
    </Form.Item>
  );
}
