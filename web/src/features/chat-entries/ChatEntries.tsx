import { CopyOutlined, MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import {
  App,
  Button,
  Checkbox,
  ColorPicker,
  Form,
  Input,
  Select,
  Tag,
  Typography,
  type FormInstance,
} from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ChatEntry, Language } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, NumberField, SwitchField, TextField } from '@/shared/catalogue/fields';
import { useOptions } from '@/shared/catalogue/useOptions';
import { fileTypes } from '@/shared/chat/files';
import { currentLanguage, languageNames, languages } from '@/shared/i18n';
import { useRight } from '@/shared/session/session';
import './chat-entries.css';
import { type EntryValues, scriptLine, shownEntry } from './entry';

const fresh: Partial<EntryValues> = {
  enabled: true,
  color: '#1677ff',
  origins: [],
  fields: [],
  welcome: {},
  idle_warn_seconds: 180,
  idle_close_seconds: 120,
  agent_silent_seconds: 120,
  max_message: 2000,
  max_file_mb: 5,
  file_types: Object.keys(fileTypes),
};

/** The chat windows of the tenant's websites. */
export function ChatEntries() {
  const { t } = useTranslation();
  const flows = useOptions('/flows');
  const projects = useOptions('/projects');
  const businesses = useOptions('/businesses');
  return (
    <Catalogue<ChatEntry, EntryValues>
      path="/chat-entries"
      testId="chat-entries"
      title={t('page.chatEntries')}
      lead={t('chatEntry.lead')}
      nameOf={(one) => one.name}
      emptyWhat={t('chatEntry.empty')}
      emptyHow={t('chatEntry.emptyHow')}
      mayEdit={useRight('admin.numbers')}
      width={880}
      columns={[
        {
          title: t('common.name'),
          key: 'name',
          render: (_, one) => (
            <>
              {one.name} {one.enabled ? null : <Tag>{t('chatEntry.off')}</Tag>}
            </>
          ),
        },
        {
          title: t('chatEntry.flow'),
          dataIndex: 'flow_id',
          render: (id: string) => (
            <Link to={`/admin/flows/${id}`} onClick={(event) => event.stopPropagation()}>
              {flows.nameOf(id)}
            </Link>
          ),
        },
        {
          title: t('chatEntry.site'),
          dataIndex: 'origins',
          render: (origins: string[]) => (origins.length ? origins.join(', ') : t('chatEntry.any')),
        },
        {
          title: t('chatEntry.languages'),
          dataIndex: 'languages',
          render: (all: Language[]) => all.map((one) => languageNames[one]).join(' · '),
        },
      ]}
      values={(one) =>
        one ?? {
          ...fresh,
          languages: [currentLanguage()],
          flow_id: flows.items[0]?.id,
          project_id: projects.items[0]?.id ?? null,
        }
      }
      body={(values, one) => ({
        ...(one ? withoutKey(one) : fresh),
        ...values,
        project_id: values.project_id ?? null,
        business_id: values.business_id ?? null,
        fields: values.fields.map((field) => ({
          ...field,
          label: filled(field.label),
          required: field.required,
        })),
        welcome: filled(values.welcome),
      })}
      panelTop={(one) => <Script entry={one} />}
      fields={(_, form) => (
        <div className="hj-chat-entry">
          <div>
            <TextField name="name" label={t('common.name')} required max={60} />
            <ChoiceField
              name="flow_id"
              label={t('chatEntry.flow')}
              extra={t('chatEntry.flowHint')}
              options={flows.options}
              required
            />
            <SwitchField name="enabled" label={t('chatEntry.enabled')} />
            <ChoiceField name="project_id" label={t('column.project')} options={projects.options} />
            <ChoiceField name="business_id" label={t('column.business')} options={businesses.options} />
            <Form.Item name="origins" label={t('chatEntry.origins')} extra={t('chatEntry.originsHint')}>
              <Select
                mode="tags"
                open={false}
                suffix={null}
                tokenSeparators={[' ', ',']}
                placeholder="https://shop.example"
                data-testid="field-origins"
              />
            </Form.Item>
            <ChoiceField
              name="languages"
              label={t('chatEntry.languages')}
              extra={t('chatEntry.languagesHint')}
              options={languages.map((one) => ({ value: one, label: languageNames[one] }))}
              multiple
              required
            />
            <h3>{t('chatEntry.look')}</h3>
            <Form.Item name="color" label={t('chatEntry.color')} getValueFromEvent={hex}>
              <ColorPicker format="hex" disabledAlpha showText data-testid="field-color" />
            </Form.Item>
            <ByLanguage>
              {(language) => (
                <Form.Item
                  key={language}
                  name={['welcome', language]}
                  label={t('chatEntry.welcome', { language: languageNames[language] })}
                >
                  <Input.TextArea
                    autoSize={{ minRows: 2, maxRows: 5 }}
                    maxLength={500}
                    data-testid={`field-welcome-${language}`}
                  />
                </Form.Item>
              )}
            </ByLanguage>
            <AskedFields />
            <h3>{t('chatEntry.silence')}</h3>
            <NumberField
              name="idle_warn_seconds"
              label={t('chatEntry.idleWarn')}
              min={10}
              max={3600}
              unit={t('common.seconds')}
            />
            <NumberField
              name="idle_close_seconds"
              label={t('chatEntry.idleClose')}
              min={10}
              max={3600}
              unit={t('common.seconds')}
            />
            <NumberField
              name="agent_silent_seconds"
              label={t('chatEntry.agentSilent')}
              extra={t('chatEntry.agentSilentHint')}
              min={0}
              max={3600}
              unit={t('common.seconds')}
            />
            <h3>{t('chatEntry.limits')}</h3>
            <NumberField
              name="max_message"
              label={t('chatEntry.maxMessage')}
              min={100}
              max={4000}
              unit={t('chatEntry.characters')}
            />
            <NumberField
              name="max_file_mb"
              label={t('chatEntry.maxFile')}
              extra={t('chatEntry.noFiles')}
              min={0}
              max={20}
              unit="MB"
            />
            <Form.Item name="file_types" label={t('chatEntry.fileTypes')}>
              <Select
                mode="multiple"
                options={Object.entries(fileTypes).map(([value, label]) => ({ value, label }))}
                data-testid="field-file_types"
              />
            </Form.Item>
          </div>
          <Preview form={form} />
        </div>
      )}
    />
  );
}

const withoutKey = ({ id: _id, key: _key, ...rest }: ChatEntry) => rest;

const hex = (color: { toHexString: () => string }) => color.toHexString().slice(0, 7);

function filled(texts: Partial<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts ?? {}).filter((one): one is [string, string] => Boolean(one[1]?.trim())),
  );
}

/** What there is of a text in each language of the entry. */
function ByLanguage({ children }: { children: (language: Language) => React.ReactNode }) {
  const chosen = (Form.useWatch('languages') as Language[] | undefined) ?? [];
  return <>{chosen.map(children)}</>;
}

const mostFields = 6;

function AskedFields() {
  const { t } = useTranslation();
  return (
    <Form.List name="fields">
      {(rows, { add, remove }) => (
        <section aria-label={t('chatEntry.fields')}>
          <h3>{t('chatEntry.fields')}</h3>
          {rows.map((row) => (
            <div key={row.key} className="hj-chat-field" data-testid="asked-field">
              <div className="hj-chat-field-line">
                <Form.Item
                  name={[row.name, 'key']}
                  label={t('chatEntry.fieldKey')}
                  tooltip={t('chatEntry.fieldKeyHint')}
                  rules={[
                    { required: true, message: t('common.required') },
                    { pattern: /^[a-z][a-z0-9_]{0,30}$/, message: t('chatEntry.fieldKeyPattern') },
                  ]}
                >
                  <Input maxLength={31} />
                </Form.Item>
                <Form.Item name={[row.name, 'kind']} label={t('chatEntry.fieldKind')}>
                  <Select
                    options={(['text', 'email', 'phone'] as const).map((value) => ({
                      value,
                      label: t(`chatEntry.kind.${value}`),
                    }))}
                  />
                </Form.Item>
                <Form.Item name={[row.name, 'required']} valuePropName="checked" label=" ">
                  <Checkbox>{t('chatEntry.fieldRequired')}</Checkbox>
                </Form.Item>
                <Button
                  type="text"
                  icon={<MinusCircleOutlined />}
                  aria-label={t('common.delete')}
                  onClick={() => remove(row.name)}
                />
              </div>
              <div className="hj-chat-field-line">
                <ByLanguage>
                  {(language) => (
                    <Form.Item
                      key={language}
                      name={[row.name, 'label', language]}
                      label={t('chatEntry.fieldLabel', { language: languageNames[language] })}
                      rules={[{ required: true, whitespace: true, message: t('common.required') }]}
                    >
                      <Input maxLength={80} />
                    </Form.Item>
                  )}
                </ByLanguage>
              </div>
            </div>
          ))}
          {rows.length < mostFields ? (
            <Button
              type="dashed"
              icon={<PlusOutlined />}
              onClick={() => add({ kind: 'text', required: false, label: {} })}
              data-testid="add-field"
            >
              {t('chatEntry.addField')}
            </Button>
          ) : null}
        </section>
      )}
    </Form.List>
  );
}

/** The line for the website, and what its policy has to allow. */
function Script({ entry }: { entry: ChatEntry }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { origin } = window.location;
  const line = scriptLine(origin, entry.key);
  const policy = `script-src ${origin}; connect-src ${origin} ${origin.replace(/^http/, 'ws')}`;
  const copy = (text: string) =>
    void navigator.clipboard.writeText(text).then(() => message.success(t('common.copied')));
  return (
    <section className="hj-chat-script" aria-label={t('chatEntry.script')}>
      <h3>{t('chatEntry.script')}</h3>
      <div className="hj-chat-script-line">
        <code data-testid="script-line">{line}</code>
        <Button icon={<CopyOutlined />} onClick={() => copy(line)} data-testid="copy-script">
          {t('common.copy')}
        </Button>
      </div>
      <p className="hj-quiet">
        {t('chatEntry.scriptHint')} {t('chatEntry.csp')} <Typography.Text code>{policy}</Typography.Text>
      </p>
    </section>
  );
}

/** The widget itself, with what the form holds. */
function Preview({ form }: { form: FormInstance<EntryValues> }) {
  const { t } = useTranslation();
  const values = Form.useWatch([], form) as Partial<EntryValues> | undefined;
  const [language, setLanguage] = useState<Language | null>(null);
  const host = useRef<HTMLDivElement>(null);
  const draw = useRef<ReturnType<typeof import('../../../widget/preview').preview> | null>(null);
  const offered = values?.languages ?? [];
  const shown = language && offered.includes(language) ? language : (offered[0] ?? currentLanguage());
  useEffect(() => {
    let gone = false;
    const show = async () => {
      const { preview } = await import('../../../widget/preview');
      if (gone || !host.current) return;
      draw.current ??= preview(host.current);
      draw.current(shownEntry(values ?? {}), shown);
    };
    void show();
    return () => {
      gone = true;
    };
  }, [values, shown]);
  return (
    <aside className="hj-chat-preview" aria-label={t('chatEntry.preview')}>
      <div className="hj-chat-preview-head">
        <h3>{t('chatEntry.preview')}</h3>
        {offered.length > 1 ? (
          <Select<Language>
            size="small"
            value={shown}
            onChange={setLanguage}
            options={offered.map((one) => ({ value: one, label: languageNames[one] }))}
            aria-label={t('chatEntry.languages')}
          />
        ) : null}
      </div>
      <p className="hj-faint">{t('chatEntry.previewHint')}</p>
      <div ref={host} data-testid="chat-preview" />
    </aside>
  );
}
