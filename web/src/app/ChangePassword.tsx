import { App, Checkbox, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import { useErrorText } from '@/shared/components/errors';

interface Fields {
  current: string;
  password: string;
  again: string;
  end_tokens: boolean;
}

const shortest = 8;

/** A new password of one's own; the account's other sessions end with the old one. */
export function ChangePassword({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);

  const save = async ({ current, password, end_tokens: endTokens }: Fields) => {
    setBusy(true);
    try {
      await api.put('/session/password', { current, password, end_tokens: endTokens });
      message.success(t('password.changed'));
      onClose();
    } catch (error) {
      const field = error instanceof ApiError && error.field === 'password' ? 'password' : 'current';
      form.setFields([{ name: field, errors: [errorText(error)] }]);
      setBusy(false);
    }
  };
  const field = (name: 'current' | 'password' | 'again', autoComplete: string) => (
    <Input.Password autoComplete={autoComplete} maxLength={256} data-testid={`password-${name}`} />
  );
  return (
    <Modal
      open
      title={t('password.title')}
      okText={t('password.change')}
      okButtonProps={{ loading: busy }}
      onOk={() => form.submit()}
      onCancel={onClose}
      width={420}
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={{ end_tokens: false }}
        onFinish={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') form.submit();
        }}
      >
        <Form.Item
          name="current"
          label={t('password.current')}
          rules={[{ required: true, message: t('common.required') }]}
        >
          {field('current', 'current-password')}
        </Form.Item>
        <Form.Item
          name="password"
          label={t('password.new')}
          rules={[
            { required: true, message: t('common.required') },
            { min: shortest, message: t('password.short', { count: shortest }) },
          ]}
        >
          {field('password', 'new-password')}
        </Form.Item>
        <Form.Item
          name="again"
          label={t('password.again')}
          dependencies={['password']}
          required
          rules={[
            {
              validator: (_, value) =>
                value === form.getFieldValue('password')
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('password.differs'))),
            },
          ]}
        >
          {field('again', 'new-password')}
        </Form.Item>
        <Form.Item name="end_tokens" valuePropName="checked" extra={t('password.sessionsEnd')}>
          <Checkbox>{t('password.endTokens')}</Checkbox>
        </Form.Item>
      </Form>
    </Modal>
  );
}
