import { KeyOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, AutoComplete, Button, Checkbox, Form, Input, Modal, Switch, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { all, api } from '@/shared/api/client';
import type { Language, Person, PhoneEncryption, PhoneKind, Role } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, LanguageField, SkillsField, SwitchField, TextField } from '@/shared/catalogue/fields';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useReportError } from '@/shared/components/errors';
import { HandOver, useOwnCustomers } from '@/shared/customers/HandOver';
import { useRight, useSession } from '@/shared/session/session';
import { AgentForwarding } from './AgentForwarding';
import { AgentTelephone } from './AgentTelephone';

interface Values {
  login: string;
  name: string;
  role: Role;
  language?: Language | null;
  disabled: boolean;
  end_tokens?: boolean;
  project_ids: string[];
  password?: string;
  is_agent: boolean;
  agent?: {
    number: string;
    phone_kind: PhoneKind;
    phone_encryption: PhoneEncryption;
    site: string;
    capacity_profile_id?: string | null;
    skills: { skill_id: string; proficiency: number }[];
  };
}

const newAgent = {
  number: '',
  phone_kind: 'browser',
  phone_encryption: 'optional',
  site: '',
  skills: [],
} satisfies NonNullable<Values['agent']>;

export function People() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tenant } = useSession();
  const mayEdit = useRight('admin.people');
  // The operator's own staff have no agents, skills or projects.
  const ofPlatform = useRight('platform.tenants');
  const skills = useOptions('/skills', !ofPlatform);
  const projects = useOptions('/projects', !ofPlatform);
  const profiles = useOptions('/capacity-profiles', !ofPlatform);
  const roles: Role[] = ofPlatform
    ? ['platform_administrator']
    : ['agent', 'supervisor', 'tenant_administrator'];
  return (
    <Catalogue<Person, Values>
      path="/people"
      testId="people"
      title={t('page.people')}
      lead={tenant.name}
      nameOf={(person) => person.name}
      emptyWhat={t('person.empty')}
      emptyHow={t('person.emptyHow')}
      mayEdit={mayEdit}
      mayDelete={false}
      width={520}
      columns={[
        { title: t('person.name'), dataIndex: 'name' },
        { title: t('signIn.login'), dataIndex: 'login' },
        { title: t('person.role'), dataIndex: 'role', render: (role: Role) => t(`role.${role}`) },
        { title: t('live.number'), key: 'number', render: (_, person) => person.agent?.number ?? '' },
        {
          title: t('live.phone'),
          key: 'phone',
          render: (_, person) =>
            person.agent
              ? t(person.agent.phone_kind === 'phone' ? 'phone.kindPhone' : 'phone.kindBrowser')
              : '',
        },
        { title: t('person.site'), key: 'site', render: (_, person) => person.agent?.site ?? '' },
        {
          title: t('page.skills'),
          key: 'skills',
          render: (_, person) => {
            const all = (person.agent?.skills ?? [])
              .map((one) => t('person.skill', { name: skills.nameOf(one.skill_id), level: one.proficiency }))
              .join(' · ');
            return (
              <div className="hj-person-skills" title={all}>
                {all}
              </div>
            );
          },
        },
        {
          title: t('live.state'),
          dataIndex: 'disabled',
          render: (disabled: boolean) => (disabled ? <Tag>{t('person.disabled')}</Tag> : null),
        },
      ]}
      rowActions={(person) =>
        mayEdit ? (
          <>
            {person.agent ? (
              <Button
                size="small"
                type="text"
                onClick={() => void navigate(`/admin/people/${person.id}/phone`)}
              >
                {t('hardPhone.short')}
              </Button>
            ) : null}
            <PasswordButton person={person} />
          </>
        ) : null
      }
      values={(person) =>
        person
          ? {
              login: person.login,
              name: person.name,
              role: person.role,
              language: person.language,
              disabled: person.disabled,
              project_ids: person.project_ids,
              is_agent: person.agent !== null,
              agent: person.agent
                ? {
                    number: person.agent.number,
                    phone_kind: person.agent.phone_kind,
                    phone_encryption: person.agent.phone_encryption,
                    site: person.agent.site,
                    capacity_profile_id: person.agent.capacity_profile_id,
                    skills: person.agent.skills,
                  }
                : { ...newAgent },
            }
          : {
              role: roles[0],
              disabled: false,
              is_agent: !ofPlatform,
              project_ids: projects.items.slice(0, 1).map((project) => project.id),
              agent: { ...newAgent },
            }
      }
      body={({ is_agent: isAgent, agent, password, end_tokens: endTokens, ...values }, person) => ({
        ...values,
        end_tokens: endTokens ?? true,
        language: values.language ?? null,
        agent: isAgent && agent ? { ...agent, capacity_profile_id: agent.capacity_profile_id ?? null } : null,
        ...(person ? {} : { password }),
      })}
      fields={(person) => (
        <>
          <div className="hj-form-pair">
            <TextField name="name" label={t('person.name')} required max={80} />
            <TextField name="login" label={t('signIn.login')} required max={64} />
          </div>
          {person ? null : (
            <TextField
              name="password"
              label={t('signIn.password')}
              extra={t('person.passwordHint')}
              required
              password
            />
          )}
          <div className="hj-form-pair">
            <ChoiceField
              name="role"
              label={t('person.role')}
              options={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))}
              required
            />
            <LanguageField name="language" label={t('shell.language')} />
          </div>
          {ofPlatform ? null : (
            <>
              <ChoiceField
                name="project_ids"
                label={t('page.projects')}
                extra={t('person.projectsHint')}
                options={projects.options}
                multiple
              />
              <h3 className="hj-form-section">{t('role.agent')}</h3>
              <Form.Item name="is_agent" label={t('person.isAgent')} valuePropName="checked">
                <Switch />
              </Form.Item>
              <Form.Item
                noStyle
                shouldUpdate={(before: Values, after: Values) => before.is_agent !== after.is_agent}
              >
                {({ getFieldValue }) =>
                  getFieldValue('is_agent') ? (
                    <>
                      <div className="hj-form-pair">
                        <TextField
                          name={['agent', 'number']}
                          label={t('live.number')}
                          required
                          max={20}
                          pattern={{ value: /^[A-Za-z0-9]+$/, message: t('person.numberPattern') }}
                        />
                        <ChoiceField
                          name={['agent', 'phone_kind']}
                          label={t('live.phone')}
                          required
                          options={[
                            { value: 'browser', label: t('phone.kindBrowser') },
                            { value: 'phone', label: t('phone.kindPhone') },
                          ]}
                        />
                      </div>
                      <ChoiceField
                        name={['agent', 'phone_encryption']}
                        label={t('phone.encryption')}
                        extra={t('phone.encryptionHint')}
                        required
                        options={[
                          { value: 'optional', label: t('phone.encryptionOptional') },
                          { value: 'required', label: t('phone.encryptionRequired') },
                          { value: 'off', label: t('phone.encryptionOff') },
                        ]}
                      />
                      <SiteField />
                      <ChoiceField
                        name={['agent', 'capacity_profile_id']}
                        label={t('capacity.profile')}
                        options={profiles.options}
                        placeholder={t('capacity.profileDefault')}
                      />
                      <SkillsField
                        name={['agent', 'skills']}
                        figure="proficiency"
                        figureLabel={t('person.proficiency')}
                        skills={skills.options}
                      />
                      {person?.agent && mayEdit ? (
                        <>
                          <AgentForwarding person={person} agentId={person.agent.id} />
                          <AgentTelephone person={person} agentId={person.agent.id} />
                        </>
                      ) : null}
                    </>
                  ) : null
                }
              </Form.Item>
            </>
          )}
          {person ? (
            <>
              <h3 className="hj-form-section">{t('person.access')}</h3>
              <SwitchField name="disabled" label={t('person.disable')} extra={t('person.disableHint')} />
              <Form.Item
                noStyle
                shouldUpdate={(before: Values, after: Values) => before.disabled !== after.disabled}
              >
                {({ getFieldValue }) =>
                  getFieldValue('disabled') && !person.disabled ? (
                    <>
                      <EndTokens person={person} />
                      <OwnCustomers agentId={person.agent?.id ?? null} />
                    </>
                  ) : null
                }
              </Form.Item>
            </>
          ) : (
            <Form.Item name="disabled" hidden valuePropName="checked">
              <Switch />
            </Form.Item>
          )}
        </>
      )}
    />
  );
}

/** Where the agent works: one of the sites that others have, or a new one. */
function SiteField() {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: ['/people', 'all'], queryFn: () => all<Person>('/people') });
  const sites = [...new Set((data ?? []).map(({ agent }) => agent?.site ?? ''))].filter(Boolean).sort();
  return (
    <Form.Item name={['agent', 'site']} label={t('person.site')} extra={t('person.siteHint')}>
      <AutoComplete
        maxLength={60}
        options={sites.map((value) => ({ value }))}
        showSearch={{ filterOption: true }}
        data-testid="field-agent-site"
      />
    </Form.Item>
  );
}

/** Whether the account's API tokens end, too; nothing for an account without any. */
function EndTokens({ person }: { person: Person }) {
  const { t } = useTranslation();
  if (person.tokens === 0) return null;
  return (
    <Form.Item
      name="end_tokens"
      valuePropName="checked"
      initialValue
      extra={t('person.tokensNow', { count: person.tokens })}
    >
      <Checkbox data-testid="field-end_tokens">{t('person.endTokens')}</Checkbox>
    </Form.Item>
  );
}

function PasswordButton({ person }: { person: Person }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReportError();
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const [form] = Form.useForm<{ password: string; end_tokens: boolean }>();
  return (
    <>
      <Button
        size="small"
        type="text"
        icon={<KeyOutlined />}
        aria-label={t('person.setPassword')}
        title={t('person.setPassword')}
        onClick={() => setOpen(true)}
      />
      <Modal
        open={open}
        title={t('person.setPasswordOf', { name: person.name })}
        okText={t('common.save')}
        cancelText={t('common.cancel')}
        onCancel={() => setOpen(false)}
        onOk={() => form.submit()}
        destroyOnHidden
      >
        <Form
          form={form}
          layout="vertical"
          preserve={false}
          onFinish={async (values) => {
            try {
              await api.post(`/people/${person.id}/password`, values);
              message.success(t('common.saved'));
              await queries.invalidateQueries({ queryKey: ['/people'] });
              setOpen(false);
            } catch (error) {
              report(error);
            }
          }}
        >
          <Form.Item
            name="password"
            label={t('person.newPassword')}
            extra={t('person.passwordHint')}
            rules={[{ required: true, message: t('common.required') }]}
          >
            <Input.Password autoComplete="new-password" autoFocus />
          </Form.Item>
          <EndTokens person={person} />
        </Form>
      </Modal>
    </>
  );
}

/** Whose own agent leaves stays with the company: another one may have them. */
function OwnCustomers({ agentId }: { agentId: string | null }) {
  const { t } = useTranslation();
  const mayManage = useRight('customers.manage');
  const { data } = useOwnCustomers(agentId, mayManage);
  const [open, setOpen] = useState(false);
  if (!data || data.total === 0) return null;
  return (
    <p data-testid="own-customers">
      {t('customer.leftBehind', { number: data.total })}{' '}
      <Button size="small" onClick={() => setOpen(true)}>
        {t('customer.handOver')}
      </Button>
      {open ? <HandOver from={agentId} close={() => setOpen(false)} /> : null}
    </p>
  );
}
