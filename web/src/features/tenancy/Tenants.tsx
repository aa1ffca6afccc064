import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { DiallingBounds, Language, Tenant, TenantLimits } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, LanguageField, TextField } from '@/shared/catalogue/fields';
import { useReportError } from '@/shared/components/errors';
import { dateTime } from '@/shared/format/time';
import { languageNames } from '@/shared/i18n';
import { useRight } from '@/shared/session/session';
import { HealthNotice } from '@/shared/components/HealthNotice';
import { DiallingFields } from './Dialling';
import { Limited, LimitFields } from './Limits';
import { Trace } from './Trace';

interface Values {
  slug: string;
  name: string;
  language: Language;
  time_zone: string;
  limits?: TenantLimits;
  dialling?: DiallingBounds;
  administrator?: { login: string; name: string; password: string };
}

const zones = Intl.supportedValuesOf('timeZone').map((zone) => ({ value: zone, label: zone }));

export function Tenants() {
  const { t } = useTranslation();
  const mayEdit = useRight('platform.tenants');
  return (
    <Catalogue<Tenant, Values>
      path="/platform/tenants"
      testId="tenants"
      title={t('page.tenants')}
      lead={t('tenant.lead')}
      nameOf={(tenant) => tenant.name}
      emptyWhat={t('tenant.empty')}
      emptyHow={t('tenant.emptyHow')}
      mayEdit={mayEdit}
      top={<HealthNotice />}
      mayDelete={false}
      columns={[
        { title: t('signIn.tenant'), dataIndex: 'slug', className: 'hj-mono' },
        { title: t('common.name'), dataIndex: 'name' },
        {
          title: t('shell.language'),
          dataIndex: 'language',
          render: (value: Language) => languageNames[value],
        },
        { title: t('tenant.zone'), dataIndex: 'time_zone' },
        {
          title: t('tenant.limits'),
          dataIndex: 'limits',
          render: (limits: TenantLimits) => <Limited {...limits} />,
        },
        {
          title: t('live.state'),
          dataIndex: 'suspended_at',
          render: (at: string | null) =>
            at ? (
              <Tag color="orange">{t('tenant.suspendedSince', { time: dateTime(at) })}</Tag>
            ) : (
              <Tag color="green">{t('tenant.active')}</Tag>
            ),
        },
      ]}
      rowActions={(tenant) =>
        mayEdit && tenant.kind !== 'operator' ? (
          <>
            <Trace tenant={tenant} />
            <Suspend tenant={tenant} />
          </>
        ) : null
      }
      values={(tenant) => ({
        slug: tenant?.slug ?? '',
        name: tenant?.name ?? '',
        language: tenant?.language ?? 'zh-CN',
        time_zone: tenant?.time_zone ?? 'Asia/Shanghai',
        limits: tenant?.limits,
        dialling: tenant?.dialling,
      })}
      body={(values, tenant) =>
        tenant
          ? {
              name: values.name,
              language: values.language,
              time_zone: values.time_zone,
              ...(values.limits ? { limits: values.limits } : {}),
              ...(values.dialling
                ? { dialling: { ...values.dialling, home: values.dialling.home ?? null } }
                : {}),
            }
          : values
      }
      update={(tenant, body) => api.patch(`/platform/tenants/${tenant.id}`, body)}
      fields={(tenant) => (
        <>
          {tenant ? null : (
            <TextField
              name="slug"
              label={t('signIn.tenant')}
              extra={t('tenant.slugHint')}
              required
              max={32}
              pattern={{ value: /^[a-z0-9][a-z0-9-]*$/, message: t('tenant.slugPattern') }}
            />
          )}
          <TextField name="name" label={t('common.name')} required max={80} />
          <LanguageField name="language" label={t('shell.language')} required />
          <ChoiceField name="time_zone" label={t('tenant.zone')} options={zones} required />
          {tenant && tenant.kind !== 'operator' ? (
            <>
              <LimitFields tenant={tenant} />
              <DiallingFields />
            </>
          ) : null}
          {tenant ? null : (
            <>
              <h3 className="hj-form-section">{t('tenant.administrator')}</h3>
              <TextField name={['administrator', 'login']} label={t('signIn.login')} required max={64} />
              <TextField name={['administrator', 'name']} label={t('common.name')} required max={80} />
              <TextField
                name={['administrator', 'password']}
                label={t('signIn.password')}
                required
                password
              />
            </>
          )}
        </>
      )}
    />
  );
}

function Suspend({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const report = useReportError();
  const queryClient = useQueryClient();
  const suspended = Boolean(tenant.suspended_at);
  const change = () =>
    api
      .patch(`/platform/tenants/${tenant.id}`, { suspended: !suspended })
      .then(() => queryClient.invalidateQueries({ queryKey: ['/platform/tenants'] }))
      .catch(report);
  return (
    <Button
      size="small"
      type="text"
      danger={!suspended}
      onClick={() =>
        suspended
          ? void change()
          : void modal.confirm({
              title: t('tenant.suspendTitle', { name: tenant.name }),
              content: t('tenant.suspendText'),
              okText: t('tenant.suspend'),
              cancelText: t('common.cancel'),
              okButtonProps: { danger: true },
              onOk: change,
            })
      }
    >
      {t(suspended ? 'tenant.resume' : 'tenant.suspend')}
    </Button>
  );
}
