import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import type { ByTelephone } from '@/shared/api/types';
import { useErrorText } from '@/shared/components/errors';
import { ErrorView, LoadingView } from '@/shared/components/Views';

interface Props {
  /** Where it is read and written. */
  path: string;
  /** Whether the number where the agent works is set, too. */
  withNumber?: boolean;
  close: () => void;
}

interface Values {
  pin?: string;
  number?: string;
}

/** The PIN with which an agent works by telephone alone; it is never shown, only set anew. */
export function TelephoneForm(props: Props) {
  const kept = useQuery({
    queryKey: [props.path],
    queryFn: () => api.get<ByTelephone>(props.path),
    staleTime: 0,
    gcTime: 0,
  });
  if (kept.isPending) return <LoadingView rows={3} />;
  if (kept.isError) return <ErrorView error={kept.error} retry={() => void kept.refetch()} />;
  return <Fields kept={kept.data} {...props} />;
}

function Fields({ kept, path, withNumber, close }: Props & { kept: ByTelephone }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async (changed: Values) => {
    setBusy(true);
    setProblem(null);
    try {
      await api.put(path, changed);
      queryClient.removeQueries({ queryKey: [path] });
      void message.success(t('common.saved'));
      close();
    } catch (error) {
      const field = error instanceof ApiError ? error.field : null;
      if (field === 'pin' || field === 'number')
        form.setFields([{ name: field, errors: [errorText(error)] }]);
      else setProblem(errorText(error));
      setBusy(false);
    }
  };
  const save = ({ pin, number }: Values) =>
    send({ ...(pin ? { pin } : {}), ...(withNumber ? { number: number ?? '' } : {}) });
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      initialValues={{ number: kept.number }}
      onFinish={(values) => void save(values)}
      data-testid="telephone"
    >
      <p className="hj-quiet" style={{ marginBottom: 16 }}>
        {t('telephone.lead')}
      </p>
      <Form.Item
        name="pin"
        label={t('telephone.pin')}
        extra={t(kept.has_pin ? 'telephone.pinThere' : 'telephone.pinNone')}
        rules={[
          { required: !withNumber, message: t('common.required') },
          { pattern: /^[0-9]{4,12}$/, message: t('telephone.pinPattern') },
        ]}
      >
        <Input.Password
          autoComplete="new-password"
          inputMode="numeric"
          maxLength={12}
          autoFocus
          data-testid="telephone-pin"
        />
      </Form.Item>
      {withNumber ? (
        <Form.Item
          name="number"
          label={t('telephone.number')}
          extra={t(kept.outside_numbers ? 'telephone.numberHint' : 'telephone.numberOff')}
        >
          <Input maxLength={40} inputMode="tel" data-testid="telephone-number" />
        </Form.Item>
      ) : null}
      {problem ? <Alert type="error" showIcon title={problem} style={{ marginBottom: 16 }} /> : null}
      <div style={{ display: 'flex', gap: 8 }}>
        <Button type="primary" htmlType="submit" loading={busy} data-testid="telephone-save">
          {t('common.save')}
        </Button>
        <Button onClick={close}>{t('common.cancel')}</Button>
        {kept.has_pin ? (
          <Popconfirm
            title={t('telephone.removeTitle')}
            okText={t('telephone.remove')}
            okButtonProps={{ danger: true }}
            cancelText={t('common.cancel')}
            onConfirm={() => send({ pin: '' })}
          >
            <Button danger type="text" style={{ marginInlineStart: 'auto' }} data-testid="telephone-remove">
              {t('telephone.remove')}
            </Button>
          </Popconfirm>
        ) : null}
      </div>
    </Form>
  );
}
