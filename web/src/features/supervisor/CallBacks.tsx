import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Drawer, Form, InputNumber, Popconfirm, Table, Tag, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import type { CallBackIn, InteractionLive } from '@/shared/api/types';
import { ChoiceField, TextField } from '@/shared/catalogue/fields';
import { Elapsed } from '@/shared/components/Elapsed';
import { CallerNumber } from '@/shared/components/PhoneNumber';
import { EmptyView } from '@/shared/components/Views';
import { dateTime } from '@/shared/format/time';
import { useLive } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';

type CallBack = InteractionLive & { callback: NonNullable<InteractionLive['callback']> };

const colours: Record<string, string> = {
  queued: 'default',
  scheduled: 'gold',
  calling: 'blue',
  offered: 'blue',
};

/** Who is to be called back and has not been reached, in the order of their places. */
export function useCallBacks(queueId: string, wanted: string): CallBack[] {
  const interactions = useLive((state) => state.view.interactions);
  return useMemo(
    () =>
      [...interactions.values()]
        .filter((one): one is CallBack => Boolean(one.callback) && !one.connected_at && one.state in colours)
        .filter((one) => !queueId || one.queue_id === queueId)
        .filter(
          (one) => !wanted || one.caller.includes(wanted) || one.caller_name.toLowerCase().includes(wanted),
        )
        .sort((one, other) => (one.queued_at ?? '').localeCompare(other.queued_at ?? '')),
    [interactions, queueId, wanted],
  );
}

export function CallBacks({ callBacks }: { callBacks: CallBack[] }) {
  const { t } = useTranslation();
  const mayChange = useRight('callbacks');
  const { message } = App.useApp();
  const cancel = async (id: string) => {
    try {
      await api.delete(`/callbacks/${id}`);
      message.success(t('callback.cancelled'));
    } catch (error) {
      message.error(error instanceof ApiError ? error.message : String(error));
    }
  };
  const columns: TableColumnsType<CallBack> = [
    {
      title: t('callback.number'),
      key: 'number',
      width: 180,
      render: (_, one) => <CallerNumber value={one.caller} />,
    },
    { title: t('person.name'), dataIndex: 'caller_name', ellipsis: true },
    { title: t('column.queue'), dataIndex: 'queue_name', width: 200, ellipsis: true },
    {
      title: t('live.state'),
      key: 'state',
      width: 170,
      render: (_, one) => (
        <Tag color={colours[one.state]}>{t(`callback.state.${one.state as 'queued'}`)}</Tag>
      ),
    },
    {
      title: t('live.place'),
      key: 'place',
      width: 80,
      align: 'right',
      render: (_, one) => one.position ?? '–',
    },
    {
      title: t('callback.since'),
      key: 'since',
      width: 110,
      align: 'right',
      render: (_, one) => <Elapsed since={one.queued_at} />,
    },
    {
      title: t('callback.tries'),
      key: 'tries',
      width: 90,
      align: 'right',
      render: (_, { callback }) =>
        t('callback.triesOf', { tries: callback.tries, most: callback.most_tries }),
    },
    {
      title: t('callback.expires'),
      key: 'expires',
      width: 190,
      render: (_, { callback }) => dateTime(callback.expires_at),
    },
    {
      key: 'act',
      width: 90,
      align: 'right',
      render: (_, one) =>
        mayChange && (one.state === 'queued' || one.state === 'scheduled') ? (
          <Popconfirm
            title={t('callback.cancelSure', { number: one.caller })}
            okText={t('callback.cancel')}
            onConfirm={() => cancel(one.id)}
          >
            <Button size="small" type="text" danger data-testid="cancel-callback">
              {t('callback.cancel')}
            </Button>
          </Popconfirm>
        ) : null,
    },
  ];
  return (
    <div className="hj-panel" data-testid="callbacks">
      <Table<CallBack>
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={callBacks}
        pagination={callBacks.length > 50 ? { pageSize: 50, showSizeChanger: false } : false}
        locale={{ emptyText: <EmptyView what={t('callback.none')} how={t('callback.noneHow')} /> }}
        scroll={{ x: 1000 }}
      />
    </div>
  );
}

const usual = { first: 'agent', most_tries: 3, retry_seconds: 300 } as const;

/** A call-back that a supervisor enters for a customer. */
export function NewCallBack({ queueId }: { queueId: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [saving, setSaving] = useState(false);
  const [form] = Form.useForm<CallBackIn>();
  const queues = useLive((state) => state.view.queues);
  const { message } = App.useApp();
  if (!useRight('callbacks')) return null;
  const save = async (body: CallBackIn) => {
    setSaving(true);
    try {
      await api.post('/callbacks', { ...usual, ...body });
      message.success(t('callback.made'));
      setOpen(false);
    } catch (error) {
      if (error instanceof ApiError && error.field)
        form.setFields([{ name: error.field as keyof CallBackIn, errors: [error.message] }]);
      else message.error(error instanceof ApiError ? error.message : String(error));
    } finally {
      setSaving(false);
    }
  };
  return (
    <>
      <Button
        icon={<PlusOutlined />}
        onClick={() => {
          form.resetFields();
          form.setFieldsValue({ ...usual, queue_id: queueId || [...queues.keys()][0] });
          setOpen(true);
        }}
        data-testid="new-callback"
      >
        {t('callback.new')}
      </Button>
      <Drawer
        open={open}
        forceRender
        size={420}
        title={t('callback.new')}
        onClose={() => setOpen(false)}
        footer={
          <div className="hj-editor-foot">
            <span />
            <span className="hj-editor-foot-end">
              <Button onClick={() => setOpen(false)}>{t('common.cancel')}</Button>
              <Button
                type="primary"
                loading={saving}
                onClick={() => form.submit()}
                data-testid="save-callback"
              >
                {t('common.save')}
              </Button>
            </span>
          </div>
        }
      >
        <Form form={form} layout="vertical" onFinish={(body) => void save(body)}>
          <TextField
            name="number"
            label={t('callback.number')}
            required
            max={21}
            pattern={{ value: /^\+?[0-9]{3,20}$/, message: t('callback.numberPattern') }}
          />
          <TextField name="name" label={t('person.name')} max={80} />
          <ChoiceField
            name="queue_id"
            label={t('column.queue')}
            required
            options={[...queues.values()].map((queue) => ({ value: queue.id, label: queue.name }))}
          />
          <ChoiceField
            name="first"
            label={t('callback.first')}
            required
            options={[
              { value: 'agent', label: t('callback.agentFirst') },
              { value: 'customer', label: t('callback.customerFirst') },
            ]}
          />
          <div className="hj-form-pair">
            <Form.Item name="most_tries" label={t('callback.mostTries')}>
              <InputNumber min={1} max={10} precision={0} style={{ width: '100%' }} />
            </Form.Item>
            <Form.Item name="retry_seconds" label={t('callback.retrySeconds')}>
              <InputNumber
                min={10}
                max={86400}
                precision={0}
                suffix={t('common.seconds')}
                style={{ width: '100%' }}
              />
            </Form.Item>
          </div>
        </Form>
      </Drawer>
    </>
  );
}
