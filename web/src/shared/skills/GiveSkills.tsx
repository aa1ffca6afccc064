import { App, DatePicker, Form, InputNumber, Modal, Radio, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { TemporarySkillsGiven } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useReportError } from '@/shared/components/errors';
import { useFocusReturns } from '@/shared/components/focus';
import { asZoned, forPicker, nowZoned } from '@/shared/format/time';

interface Values {
  skills: string[];
  level: number;
  until: 'sign_in' | 'time';
  time: Dayjs | null;
}

/** Today at six, or in four hours when that is over. */
function endOfWork(): Dayjs {
  const six = nowZoned().hour(18).minute(0).second(0).millisecond(0);
  return six.isAfter(nowZoned()) ? six : nowZoned().add(4, 'hour').startOf('hour');
}

/** A level of some skills for a while: of agents, or of a whole group. */
export function GiveSkills({
  title,
  agentIds = [],
  groupIds = [],
  skillIds = [],
  onClose,
}: {
  title: string;
  agentIds?: string[];
  groupIds?: string[];
  /** Chosen already; with none they are asked for. */
  skillIds?: string[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReportError();
  const skills = useOptions('/skills');
  useFocusReturns();
  const [form] = Form.useForm<Values>();
  const until = Form.useWatch('until', form);
  const give = async (values: Values) => {
    try {
      const given = await api.post<TemporarySkillsGiven>('/temporary-skills', {
        agent_ids: agentIds,
        group_ids: groupIds,
        skills: values.skills.map((id) => ({ skill_id: id, level: values.level })),
        until_at: values.until === 'time' && values.time ? asZoned(values.time).toISOString() : null,
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
      width={440}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={{
          skills: skillIds,
          level: 5,
          until: 'sign_in',
          time: forPicker(endOfWork().toISOString()),
        }}
        onFinish={give}
        data-testid="give-skills"
      >
        <Form.Item
          name="skills"
          label={t('page.skills')}
          rules={[{ required: true, message: t('common.required') }]}
        >
          <Select
            mode="multiple"
            options={skills.options}
            showSearch={{ optionFilterProp: 'label' }}
            maxTagCount="responsive"
            autoFocus={skillIds.length === 0}
            data-testid="field-skills"
          />
        </Form.Item>
        <Form.Item
          name="level"
          label={t('matrix.level')}
          extra={t('temporary.levelHint')}
          rules={[{ required: true, message: t('common.required') }]}
        >
          <InputNumber
            min={0}
            max={10}
            precision={0}
            autoFocus={skillIds.length > 0}
            data-testid="field-level"
          />
        </Form.Item>
        <Form.Item name="until" label={t('temporary.until')} style={{ marginBottom: 8 }}>
          <Radio.Group
            options={[
              { value: 'sign_in', label: t('temporary.nextSignIn') },
              { value: 'time', label: t('temporary.atTime') },
            ]}
          />
        </Form.Item>
        {until === 'time' ? (
          <Form.Item name="time" rules={[{ required: true, message: t('common.required') }]}>
            <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" needConfirm={false} />
          </Form.Item>
        ) : (
          <p className="hj-faint">{t('temporary.signInHint')}</p>
        )}
      </Form>
    </Modal>
  );
}
