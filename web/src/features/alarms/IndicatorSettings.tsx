import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import type { IndicatorSettings as Settings } from '@/shared/api/types';
import { NumberField } from '@/shared/catalogue/fields';
import { useReportError } from '@/shared/components/errors';
import { ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { useRight } from '@/shared/session/session';
import './alarms.css';

const path = '/settings/indicators';
const shares = ['service_level', 'answer_rate', 'loss'] as const;
const names = [...shares, 'waiting'] as const;
const levels = ['amber', 'red'] as const;
const titles = {
  service_level: 'figure.serviceLevel',
  answer_rate: 'figure.answerRate',
  loss: 'figure.lossRate',
  waiting: 'figure.waiting',
} as const;

/** What the live page's indicators count, and from where on they are amber and red. */
export function IndicatorSettings() {
  const { t } = useTranslation();
  const settings = useQuery({ queryKey: [path], queryFn: () => api.get<Settings>(path) });
  return (
    <div className="hj-page">
      <PageHead title={t('page.indicators')} lead={t('indicator.lead')} />
      {settings.isPending ? (
        <LoadingView />
      ) : settings.isError ? (
        <ErrorView error={settings.error} retry={() => void settings.refetch()} />
      ) : (
        <SettingsForm settings={settings.data} />
      )}
    </div>
  );
}

function SettingsForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Settings>();
  const queries = useQueryClient();
  const report = useReportError();
  const mayEdit = useRight('alarms.set');
  const save = async (values: Settings) => {
    try {
      queries.setQueryData([path], await api.put<Settings>(path, values));
      void message.success(t('common.saved'));
    } catch (error) {
      if (error instanceof ApiError && error.field) {
        const at = error.field.split('.') as never;
        form.setFields([{ name: at, errors: [error.message] }]);
      } else report(error);
    }
  };
  return (
    <Form
      form={form}
      layout="vertical"
      className="hj-panel hj-panel-body hj-indicator-form"
      initialValues={settings}
      disabled={!mayEdit}
      onFinish={(values) => void save(values)}
    >
      <NumberField name="minutes" label={t('indicator.minutes')} min={1} max={60} unit={t('indicator.min')} />
      <NumberField
        name="service_seconds"
        label={t('indicator.serviceSeconds')}
        min={1}
        max={600}
        unit={t('threshold.seconds')}
      />
      <NumberField
        name="short_seconds"
        label={t('indicator.shortSeconds')}
        min={0}
        max={600}
        unit={t('threshold.seconds')}
      />
      <Form.Item
        name="within"
        label={t('indicator.times')}
        extra={t('indicator.timesHint')}
        rules={[{ required: true, message: t('common.required') }]}
        getValueFromEvent={(texts: string[]) =>
          [...new Set(texts.map(Number).filter((one) => Number.isInteger(one) && one > 0))].sort(
            (a, b) => a - b,
          )
        }
      >
        <Select mode="tags" open={false} suffix={null} data-testid="field-within" />
      </Form.Item>
      <table className="hj-indicator-bounds">
        <thead>
          <tr>
            <th>{t('indicator.name')}</th>
            {levels.map((level) => (
              <th key={level}>{t(`alarm.level.${level}`)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <td>{t(titles[name])}</td>
              {levels.map((level) => (
                <td key={level}>
                  <Form.Item name={['bounds', name, level]} noStyle={false}>
                    <BoundInput
                      share={name !== 'waiting'}
                      label={`${t(titles[name])} ${t(`alarm.level.${level}`)}`}
                      testId={`bound-${name}-${level}`}
                    />
                  </Form.Item>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {mayEdit ? (
        <Button type="primary" htmlType="submit" data-testid="save-indicators">
          {t('common.save')}
        </Button>
      ) : null}
    </Form>
  );
}

/** A share is typed in percent. */
function BoundInput({
  share,
  label,
  testId,
  value,
  onChange,
}: {
  share: boolean;
  label: string;
  testId: string;
  value?: number | null;
  onChange?: (value: number | null) => void;
}) {
  const { t } = useTranslation();
  const times = share ? 100 : 1;
  return (
    <InputNumber
      min={0}
      max={share ? 100 : 10_000}
      precision={share ? 1 : 0}
      suffix={share ? '%' : undefined}
      placeholder={t('threshold.never')}
      aria-label={label}
      data-testid={testId}
      value={typeof value === 'number' ? Math.round(value * times * 1000) / 1000 : null}
      onChange={(next) => onChange?.(next === null ? null : next / times)}
    />
  );
}
