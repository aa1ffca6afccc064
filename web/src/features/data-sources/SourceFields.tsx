import { MinusCircleOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Form, Input, Select, type FormInstance } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { DataSource } from '@/shared/api/types';
import { ChoiceField, NumberField, TextField } from '@/shared/catalogue/fields';
import { TryOut } from './TryOut';
import type { Values } from './values';

export function SourceFields({ source, form }: { source: DataSource | null; form: FormInstance<Values> }) {
  const { t } = useTranslation();
  const kind = Form.useWatch('kind', form);
  const parameters = Form.useWatch('parameters', form) as string[] | undefined;
  const example = parameters?.[0] ?? 'number';
  return (
    <>
      <TextField name="name" label={t('common.name')} required max={60} />
      <Form.Item name="parameters" label={t('dataSource.parameters')} extra={t('dataSource.parametersHint')}>
        <Select
          mode="tags"
          open={false}
          suffix={<span />}
          tokenSeparators={[',', ' ']}
          data-testid="field-parameters"
        />
      </Form.Item>
      <ChoiceField
        name="kind"
        label={t('dataSource.kind')}
        required
        options={(['http', 'postgres'] as const).map((one) => ({
          value: one,
          label: t(`dataSource.kind_${one}`),
        }))}
      />
      {kind === 'postgres' ? (
        <PostgresFields example={example} />
      ) : (
        <HttpFields form={form} example={example} />
      )}
      <Secrets postgres={kind === 'postgres'} />
      <h3 className="hj-form-section">{t('dataSource.results')}</h3>
      <p className="hj-quiet">{t('dataSource.resultsHint')}</p>
      <Rows
        name="results"
        fresh={{ variable: '', value: 'answer.', default: '' }}
        least={1}
        most={30}
        heads={[t('dataSource.variable'), t('dataSource.value'), t('dataSource.default')]}
        fields={(at) => [
          <Form.Item
            key="variable"
            name={[at, 'variable']}
            rules={[{ required: true, pattern: /^[a-z][a-z0-9_]{0,63}$/, message: t('dataSource.nameRule') }]}
          >
            <Input className="hj-mono" aria-label={t('dataSource.variable')} />
          </Form.Item>,
          <Form.Item
            key="value"
            name={[at, 'value']}
            rules={[{ required: true, message: t('common.required') }]}
          >
            <Input className="hj-mono" aria-label={t('dataSource.value')} />
          </Form.Item>,
          <Form.Item key="default" name={[at, 'default']}>
            <Input className="hj-mono" aria-label={t('dataSource.default')} placeholder="null" />
          </Form.Item>,
        ]}
      />
      <Form.Item name="rows" label={t('dataSource.rows')} extra={t('dataSource.rowsHint')}>
        <Input className="hj-mono" placeholder="answer.orders" data-testid="field-rows" />
      </Form.Item>
      <h3 className="hj-form-section">{t('dataSource.limits')}</h3>
      <div className="hj-form-triple">
        <NumberField
          name="timeout_ms"
          label={t('dataSource.timeLimit')}
          min={100}
          max={10_000}
          unit={t('dataSource.msUnit')}
          extra={t('dataSource.timeLimitHint')}
        />
        <NumberField
          name="cache_seconds"
          label={t('dataSource.cache')}
          min={0}
          max={86_400}
          unit={t('common.seconds')}
          extra={t('dataSource.cacheHint')}
        />
        <NumberField
          name="most_at_once"
          label={t('dataSource.atOnce')}
          min={1}
          max={100}
          extra={t('dataSource.atOnceHint')}
        />
      </div>
      <TryOut source={source} form={form} parameters={parameters ?? []} />
    </>
  );
}

function HttpFields({ form, example }: { form: FormInstance<Values>; example: string }) {
  const { t } = useTranslation();
  const method = Form.useWatch(['http', 'method'], form);
  return (
    <>
      <div className="hj-source-address">
        <ChoiceField
          name={['http', 'method']}
          label={t('dataSource.method')}
          required
          options={['GET', 'POST'].map((one) => ({ value: one, label: one }))}
        />
        <Form.Item
          name={['http', 'url']}
          label={t('dataSource.url')}
          extra={t('dataSource.placeHint', { place: `{{${example}}}`, secret: '{{secrets.name}}' })}
          rules={[{ required: true, message: t('common.required') }]}
        >
          <Input
            className="hj-mono"
            placeholder={`https://crm.example.com/customers/{{${example}}}`}
            data-testid="field-url"
          />
        </Form.Item>
      </div>
      {method === 'POST' ? (
        <Form.Item name={['http', 'body']} label={t('dataSource.body')} extra={t('dataSource.bodyHint')}>
          <Input.TextArea
            className="hj-mono"
            autoSize={{ minRows: 2, maxRows: 12 }}
            placeholder={`{"number": "{{${example}}}"}`}
          />
        </Form.Item>
      ) : null}
      <Form.Item label={t('dataSource.headers')}>
        <Rows
          name={['http', 'headers']}
          fresh={{ name: '', value: '' }}
          most={20}
          heads={[t('dataSource.headerName'), t('dataSource.headerValue')]}
          fields={(at) => [
            <Form.Item
              key="name"
              name={[at, 'name']}
              rules={[{ required: true, message: t('common.required') }]}
            >
              <Input
                className="hj-mono"
                placeholder="Authorization"
                aria-label={t('dataSource.headerName')}
              />
            </Form.Item>,
            <Form.Item key="value" name={[at, 'value']}>
              <Input
                className="hj-mono"
                placeholder="Bearer {{secrets.token}}"
                aria-label={t('dataSource.headerValue')}
              />
            </Form.Item>,
          ]}
        />
      </Form.Item>
    </>
  );
}

function PostgresFields({ example }: { example: string }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="hj-form-pair">
        <TextField name={['postgres', 'host']} label={t('dataSource.host')} required max={253} />
        <NumberField name={['postgres', 'port']} label={t('hardPhone.port')} min={1} max={65535} />
        <TextField name={['postgres', 'database']} label={t('dataSource.database')} required max={63} />
        <TextField name={['postgres', 'user']} label={t('dataSource.user')} required max={63} />
      </div>
      <ChoiceField
        name={['postgres', 'tls']}
        label={t('dataSource.tls')}
        required
        options={(['verify', 'require', 'off'] as const).map((one) => ({
          value: one,
          label: t(`dataSource.tls_${one}`),
        }))}
      />
      <Form.Item
        name={['postgres', 'query']}
        label={t('dataSource.query')}
        extra={t('dataSource.queryHint', { place: `{{${example}}}`, cast: `{{${example}}}::int` })}
        rules={[{ required: true, message: t('common.required') }]}
      >
        <Input.TextArea
          className="hj-mono"
          autoSize={{ minRows: 3, maxRows: 14 }}
          placeholder={`SELECT grade, queue FROM customer WHERE phone = {{${example}}}`}
          data-testid="field-query"
        />
      </Form.Item>
    </>
  );
}

function Secrets({ postgres }: { postgres: boolean }) {
  const { t } = useTranslation();
  return (
    <Form.Item
      label={t('dataSource.secrets')}
      extra={t(postgres ? 'dataSource.secretsOfPostgres' : 'dataSource.secretsHint', {
        place: postgres ? 'password' : '{{secrets.token}}',
      })}
    >
      <Rows
        name="secrets"
        fresh={{ name: postgres ? 'password' : 'token', value: '' }}
        most={10}
        heads={[t('common.name'), t('dataSource.secret')]}
        fields={(at, form) => {
          const kept = form.getFieldValue(['secrets', at, 'kept']) === true;
          return [
            <Form.Item
              key="name"
              name={[at, 'name']}
              rules={[
                { required: true, pattern: /^[a-z][a-z0-9_]{0,63}$/, message: t('dataSource.nameRule') },
              ]}
            >
              <Input className="hj-mono" disabled={kept} aria-label={t('common.name')} />
            </Form.Item>,
            <Form.Item
              key="value"
              name={[at, 'value']}
              rules={kept ? [] : [{ required: true, message: t('common.required') }]}
            >
              <Input.Password
                autoComplete="new-password"
                aria-label={t('dataSource.secret')}
                placeholder={kept ? t('dataSource.kept') : undefined}
              />
            </Form.Item>,
          ];
        }}
      />
    </Form.Item>
  );
}

interface RowsProps {
  name: string | string[];
  fresh: Record<string, string>;
  least?: number;
  most: number;
  heads: string[];
  fields: (at: number, form: FormInstance) => ReactNode[];
}

/** Rows of fields with their heads; one can be added and taken out. */
function Rows({ name, fresh, least = 0, most, heads, fields }: RowsProps) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  return (
    <Form.List name={name}>
      {(rows, { add, remove }) => (
        <div
          className="hj-source-rows"
          data-columns={heads.length}
          data-testid={`rows-${[name].flat().join('-')}`}
        >
          {rows.length > 0 ? (
            <div className="hj-source-row hj-faint">
              {heads.map((head) => (
                <span key={head}>{head}</span>
              ))}
            </div>
          ) : null}
          {rows.map((row) => (
            <div key={row.key} className="hj-source-row">
              {fields(row.name, form)}
              <Button
                type="text"
                icon={<MinusCircleOutlined />}
                aria-label={t('common.delete')}
                disabled={rows.length <= least}
                onClick={() => remove(row.name)}
              />
            </div>
          ))}
          <Button
            type="dashed"
            size="small"
            icon={<PlusOutlined />}
            disabled={rows.length >= most}
            onClick={() => add(fresh)}
          >
            {t('dataSource.addRow')}
          </Button>
        </div>
      )}
    </Form.List>
  );
}
