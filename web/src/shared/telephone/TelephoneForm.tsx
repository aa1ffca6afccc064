import { Alert, Button, Form, Input, Popconfirm } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ByTelephone } from '@/shared/api/types';
import { Kept, useKeptSave } from '@/shared/components/kept';

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
  return (
    <Kept<ByTelephone> path={props.path} rows={3}>
      {(kept) => <Fields kept={kept} {...props} />}
    </Kept>
  );
}

function Fields({ kept, path, withNumber, close }: Props & { kept: ByTelephone }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const { busy, problem, save } = useKeptSave(path, close, (field, text) => {
    if (field !== 'pin' && field !== 'number') return false;
    form.setFields([{ name: field, errors: [text] }]);
    return true;
  });
  const send = ({ pin, number }: Values) =>
    save({ ...(pin ? { pin } : {}), ...(withNumber ? { number: number ?? '' } : {}) });
  return (
    <Form<Values>
      form={form}
      layout="vertical"
      initialValues={{ number: kept.number }}
      onFinish={(values) => void send(values)}
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
            onConfirm={() => save({ pin: '' })}
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
