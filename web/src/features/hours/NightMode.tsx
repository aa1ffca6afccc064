import { PoweroffOutlined, RollbackOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, DatePicker, Form, Input, Modal, Radio, Timeline } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Hours, HoursSwitch } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';
import { useFocusReturns } from '@/shared/components/focus';
import { asZoned, dayAndMinute, forPicker, nowZoned } from '@/shared/format/time';

/** Closes or opens a schedule by hand, at once, or gives the plan back. */
export function NightMode({ hours }: { hours: Hours }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { busy, run } = useAct();
  const change = (act: () => Promise<unknown>) =>
    run(async () => {
      await act();
      await queryClient.invalidateQueries({ queryKey: ['/hours'] });
      message.success(t('hours.atOnce'));
      setAsking(false);
    });
  if (hours.switch)
    return (
      <Button
        size="small"
        icon={<RollbackOutlined />}
        loading={busy}
        onClick={() => void change(() => api.delete(`/hours/${hours.id}/switch`))}
        data-testid="switch-back"
      >
        {t('hours.switchBack')}
      </Button>
    );
  const close = hours.phase === 'open';
  return (
    <>
      <Button
        size="small"
        danger={close}
        icon={<PoweroffOutlined />}
        onClick={() => setAsking(true)}
        data-testid="switch"
      >
        {t(close ? 'hours.closeNow' : 'hours.openNow')}
      </Button>
      {asking ? (
        <Ask
          hours={hours}
          busy={busy}
          cancel={() => setAsking(false)}
          go={(body) => void change(() => api.put(`/hours/${hours.id}/switch`, body))}
        />
      ) : null}
    </>
  );
}

interface Answer {
  lasts: 'open' | 'until';
  until?: Dayjs;
  note: string;
}

function Ask({
  hours,
  busy,
  cancel,
  go,
}: {
  hours: Hours;
  busy: boolean;
  cancel: () => void;
  go: (body: { open: boolean; until: string | null; note: string }) => void;
}) {
  const { t } = useTranslation();
  useFocusReturns();
  const [form] = Form.useForm<Answer>();
  const open = hours.phase !== 'open';
  const inHours = (number: number) =>
    forPicker(nowZoned().add(number, 'hour').startOf('minute').toISOString());
  return (
    <Modal
      open
      title={t(open ? 'hours.openTitle' : 'hours.closeTitle', { name: hours.name })}
      okText={t(open ? 'hours.openNow' : 'hours.closeNow')}
      okButtonProps={{ danger: !open, loading: busy }}
      onCancel={cancel}
      onOk={() => form.submit()}
      width={480}
    >
      <p className="hj-quiet">{t(open ? 'hours.openText' : 'hours.closeText')}</p>
      <Form<Answer>
        form={form}
        layout="vertical"
        initialValues={{ lasts: 'open', note: '', until: inHours(2) }}
        onFinish={({ lasts, until, note }) =>
          go({ open, until: lasts === 'until' && until ? asZoned(until).toISOString() : null, note })
        }
      >
        <Form.Item name="lasts" label={t('hours.lasts')}>
          <Radio.Group
            options={[
              { value: 'open', label: t('hours.untilBack') },
              { value: 'until', label: t('hours.untilTime') },
            ]}
          />
        </Form.Item>
        <Form.Item noStyle shouldUpdate>
          {() =>
            form.getFieldValue('lasts') === 'until' ? (
              <Form.Item name="until" rules={[{ required: true, message: t('common.required') }]}>
                <DatePicker
                  showTime={{ format: 'HH:mm' }}
                  format="YYYY-MM-DD HH:mm"
                  presets={[1, 2, 4].map((number) => ({
                    label: t('hours.inHours', { number }),
                    value: () => inHours(number),
                  }))}
                />
              </Form.Item>
            ) : null
          }
        </Form.Item>
        <Form.Item name="note" label={t('hours.note')}>
          <Input maxLength={200} placeholder={t('hours.noteExample')} data-testid="switch-note" />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** Who switched a schedule by hand, the latest first. */
export function Switches({ hours }: { hours: Hours }) {
  const { t } = useTranslation();
  const path = `/hours/${hours.id}/switches`;
  const history = useQuery({
    queryKey: ['/hours', hours.id, 'switches'],
    queryFn: () => api.get<HoursSwitch[]>(path),
  });
  if (!history.data || history.data.length === 0)
    return <p className="hj-faint">{t(history.isError ? 'error.unavailable' : 'hours.neverSwitched')}</p>;
  return (
    <Timeline
      items={history.data.map((one) => ({
        key: one.at,
        color: one.open ? 'green' : 'red',
        content: (
          <span data-testid="switched">
            <span className="hj-figures">{dayAndMinute(one.at)}</span>{' '}
            {t(one.open ? 'hours.byOpened' : 'hours.byClosed', { name: one.by_name })}
            {one.note ? <span className="hj-quiet"> · {one.note}</span> : null}
            <span className="hj-faint">
              {' · '}
              {one.ended_at
                ? one.ended_by_name
                  ? t('hours.endedBy', { time: dayAndMinute(one.ended_at), name: one.ended_by_name })
                  : t('hours.endedAt', { time: dayAndMinute(one.ended_at) })
                : one.until
                  ? t('hours.holdsUntil', { time: dayAndMinute(one.until) })
                  : t('hours.holds')}
            </span>
          </span>
        ),
      }))}
    />
  );
}
