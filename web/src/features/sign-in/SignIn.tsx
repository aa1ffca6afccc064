import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { api, ApiError } from '@/shared/api/client';
import type { Session } from '@/shared/api/types';
import { Mark } from '@/shared/components/Mark';
import { useErrorText } from '@/shared/components/errors';
import { isLanguage, languageNames, languages, setLanguage } from '@/shared/i18n';
import './sign-in.css';

interface Fields {
  tenant: string;
  login: string;
  password: string;
}

const rememberedTenant = 'hujiao.tenant';

/** Only a path of this application may follow a sign-in, never another site. */
export function safeNext(next: string | null): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/\\') ? next : '/';
}

export function SignIn() {
  const { t, i18n } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const ended = (useLocation().state as { ended?: boolean } | null)?.ended ?? false;
  const queryClient = useQueryClient();
  const errorText = useErrorText();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const tenant = parameters.get('tenant') ?? localStorage.getItem(rememberedTenant) ?? '';

  const submit = async (fields: Fields) => {
    setBusy(true);
    setProblem(null);
    try {
      await api.post<Session>('/session', {
        ...fields,
        tenant: fields.tenant.trim(),
        login: fields.login.trim(),
      });
      localStorage.setItem(rememberedTenant, fields.tenant.trim());
      queryClient.clear();
      await navigate(safeNext(parameters.get('next')), { replace: true });
    } catch (error) {
      if (error instanceof ApiError && error.field && error.field in fields)
        form.setFields([{ name: error.field as keyof Fields, errors: [errorText(error)] }]);
      else setProblem(errorText(error));
      setBusy(false);
    }
  };

  return (
    <div className="hj-sign-in">
      <div className="hj-sign-in-languages" role="group" aria-label={t('shell.language')}>
        {languages.map((language) => (
          <Button
            key={language}
            type="link"
            size="small"
            className={i18n.language === language ? 'hj-sign-in-current' : 'hj-quiet'}
            aria-pressed={i18n.language === language}
            data-testid={`language-${language}`}
            onClick={() => {
              if (isLanguage(language)) void setLanguage(language);
            }}
          >
            {languageNames[language]}
          </Button>
        ))}
      </div>
      <main className="hj-sign-in-box">
        <div className="hj-sign-in-brand">
          <Mark size={40} />
          <div>
            <h1>hujiao</h1>
            <p>{t('signIn.lead')}</p>
          </div>
        </div>
        <Form<Fields>
          form={form}
          layout="vertical"
          size="large"
          requiredMark={false}
          initialValues={{ tenant, login: '', password: '' }}
          onFinish={submit}
        >
          <Form.Item
            name="tenant"
            label={t('signIn.tenant')}
            extra={t('signIn.tenantHint')}
            rules={[{ required: true, whitespace: true, message: t('signIn.tenantMissing') }]}
          >
            <Input
              autoFocus={!tenant}
              autoComplete="organization"
              autoCapitalize="none"
              spellCheck={false}
              data-testid="sign-in-tenant"
            />
          </Form.Item>
          <Form.Item
            name="login"
            label={t('signIn.login')}
            rules={[{ required: true, whitespace: true, message: t('signIn.loginMissing') }]}
          >
            <Input
              autoFocus={!!tenant}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              data-testid="sign-in-login"
            />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('signIn.password')}
            rules={[{ required: true, message: t('signIn.passwordMissing') }]}
          >
            <Input.Password autoComplete="current-password" data-testid="sign-in-password" />
          </Form.Item>
          {ended && !problem ? (
            <Alert
              type="info"
              showIcon
              title={t('sessionEnded.signInAgain')}
              className="hj-sign-in-problem"
              data-testid="sign-in-again"
            />
          ) : null}
          {problem ? (
            <Alert
              type="error"
              showIcon
              title={problem}
              className="hj-sign-in-problem"
              data-testid="sign-in-problem"
            />
          ) : null}
          <Button type="primary" htmlType="submit" block loading={busy} data-testid="sign-in-submit">
            {t('signIn.submit')}
          </Button>
        </Form>
      </main>
    </div>
  );
}
