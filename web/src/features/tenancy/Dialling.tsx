import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Select } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Dialling, NumberJudged, NumberRules } from '@/shared/api/types';
import { ChoiceField, SwitchField } from '@/shared/catalogue/fields';
import { useAct } from '@/shared/components/errors';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { countries, isPrefix } from './dialling';

/** Prefixes, each typed and closed with Enter, a blank or a comma. */
function PrefixField({
  name,
  label,
  extra,
  empty,
}: {
  name: string | string[];
  label: string;
  extra?: ReactNode;
  empty?: string;
}) {
  const { t } = useTranslation();
  return (
    <Form.Item
      name={name}
      label={label}
      extra={extra}
      rules={[
        {
          validator: (_, values?: string[]) => {
            const wrong = values?.find((value) => !isPrefix(value));
            return wrong
              ? Promise.reject(new Error(t('dialling.wrong', { prefix: wrong })))
              : Promise.resolve();
          },
        },
      ]}
    >
      <Select
        mode="tags"
        open={false}
        suffix={<span />}
        tokenSeparators={[',', ' ', ';']}
        placeholder={empty ?? t('common.none')}
        data-testid={`field-${[name].flat().join('-')}`}
      />
    </Form.Item>
  );
}

/** The operator's bounds of a tenant: which outside numbers may be called for it at all. */
export function DiallingFields() {
  const { t, i18n } = useTranslation();
  return (
    <>
      <h3 className="hj-form-section">{t('dialling.title')}</h3>
      <p className="hj-quiet">{t('dialling.operatorLead')}</p>
      <ChoiceField
        name={['dialling', 'home']}
        label={t('dialling.home')}
        options={countries(i18n.language)}
        placeholder={t('dialling.byZone')}
      />
      <PrefixField
        name={['dialling', 'allow']}
        label={t('dialling.besides')}
        extra={t('dialling.besidesExtra')}
      />
      <PrefixField
        name={['dialling', 'deny']}
        label={t('dialling.except')}
        extra={t('dialling.exceptExtra')}
      />
      <SwitchField name={['dialling', 'premium']} label={t('dialling.premium')} />
      <SwitchField
        name={['dialling', 'emergency']}
        label={t('dialling.emergency')}
        extra={t('dialling.emergencyExtra')}
      />
    </>
  );
}

const path = '/settings/dialling';

/** The tenant's own rules within the operator's bounds, and a number to try them with. */
export function OwnDialling({ mayEdit }: { mayEdit: boolean }) {
  const { t, i18n } = useTranslation();
  const rules = useQuery({ queryKey: [path], queryFn: () => api.get<Dialling>(path) });
  return (
    <section className="hj-panel" data-testid="dialling">
      <div className="hj-panel-head">{t('dialling.title')}</div>
      <div className="hj-panel-body">
        {rules.isPending ? (
          <LoadingView />
        ) : rules.isError ? (
          <ErrorView error={rules.error} retry={() => void rules.refetch()} />
        ) : (
          <>
            <p className="hj-quiet">
              {t('dialling.bounds', {
                country: countries(i18n.language).find(({ value }) => value === rules.data.bounds.home)
                  ?.label,
                prefix: rules.data.home_prefix,
              })}
              {rules.data.bounds.allow.length > 0
                ? ` ${t('dialling.boundsBesides', { prefixes: rules.data.bounds.allow.join(', ') })}`
                : ''}
              {rules.data.bounds.deny.length > 0
                ? ` ${t('dialling.boundsExcept', { prefixes: rules.data.bounds.deny.join(', ') })}`
                : ''}
              {rules.data.bounds.premium ? '' : ` ${t('dialling.boundsPremium')}`}
              {rules.data.bounds.emergency ? '' : ` ${t('dialling.boundsEmergency')}`}
            </p>
            <Rules rules={rules.data} mayEdit={mayEdit} />
            <TryNumber />
          </>
        )}
      </div>
    </section>
  );
}

function Rules({ rules, mayEdit }: { rules: Dialling; mayEdit: boolean }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<NumberRules>();
  const { busy, run } = useAct();
  const save = (values: NumberRules) =>
    run(async () => {
      queryClient.setQueryData([path], await api.put<Dialling>(path, values));
      message.success(t('common.saved'));
    });
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={!mayEdit || busy}
      initialValues={{ allow: rules.allow, deny: rules.deny }}
      onFinish={(values) => void save(values)}
    >
      <PrefixField
        name="allow"
        label={t('dialling.allow')}
        extra={t('dialling.allowExtra')}
        empty={t('dialling.all')}
      />
      <PrefixField name="deny" label={t('dialling.deny')} extra={t('dialling.denyExtra')} />
      {mayEdit ? (
        <Form.Item>
          <Button type="primary" htmlType="submit" loading={busy} data-testid="save-dialling">
            {t('common.save')}
          </Button>
        </Form.Item>
      ) : null}
    </Form>
  );
}

function TryNumber() {
  const { t } = useTranslation();
  const [number, setNumber] = useState('');
  const [tried, setTried] = useState<NumberJudged | null>(null);
  const { busy, run } = useAct();
  const check = async () => {
    if (!number) return;
    await run(async () => {
      setTried(await api.post<NumberJudged>(`${path}/check`, { number }));
    });
  };
  return (
    <Form layout="vertical" component={false}>
      <Form.Item label={t('dialling.try')} style={{ marginBlockEnd: 0 }}>
        <Input.Search
          aria-label={t('dialling.try')}
          value={number}
          maxLength={40}
          placeholder={t('dialling.tryHint')}
          enterButton={t('dialling.check')}
          loading={busy}
          onChange={(event) => {
            setNumber(event.target.value.replace(/[\s()-]/g, ''));
            setTried(null);
          }}
          onSearch={() => void check()}
          style={{ maxWidth: 420 }}
          data-testid="try-number"
        />
        <p
          className={tried?.refusal ? 'hj-check-bad' : 'hj-quiet'}
          role="status"
          data-testid="tried"
          style={{ minHeight: 22, marginBlock: 6 }}
        >
          {tried
            ? [tried.e164, tried.refusal ? t(`outcome.${tried.refusal}`) : t('dialling.called')]
                .filter(Boolean)
                .join(' · ')
            : ''}
        </p>
      </Form.Item>
    </Form>
  );
}
