import { ArrowDownOutlined, ArrowUpOutlined } from '@ant-design/icons';
import { Button, Form, Input, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PopRule } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, SwitchField, TextField } from '@/shared/catalogue/fields';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useOrder } from '@/shared/catalogue/useOrder';
import { useCustomerFields, useFieldLabel } from '@/shared/customers/data';

type Values = Omit<PopRule, 'id' | 'revision' | 'position' | 'find_in'> & { find_in?: string };

/** Which layout and which pages a call shows: the first rule that holds. */
export function PopRules() {
  const { t } = useTranslation();
  const queues = useOptions('/queues');
  const layouts = useOptions('/screen-layouts');
  const pages = useOptions('/linked-pages');
  const own = useCustomerFields();
  const labelOf = useFieldLabel();
  const { first, last, next, move, busy } = useOrder('/pop-rules');
  return (
    <Catalogue<PopRule, Values>
      path="/pop-rules"
      testId="pop-rules"
      title={t('page.popRules')}
      lead={t('popRule.lead')}
      nameOf={(rule) => rule.name}
      emptyWhat={t('popRule.empty')}
      emptyHow={t('popRule.emptyHow')}
      mayEdit
      width={600}
      columns={[
        {
          title: t('common.name'),
          key: 'name',
          render: (_, rule) => (
            <>
              {rule.name} {rule.enabled ? null : <Tag>{t('popRule.off')}</Tag>}
            </>
          ),
        },
        {
          title: t('popRule.when'),
          key: 'when',
          render: (_, { queue_ids, condition }) => (
            <>
              {queue_ids.map(queues.nameOf).join(t('common.comma')) || t('linked.anyQueue')}
              {condition ? <div className="hj-mono hj-quiet">{condition}</div> : null}
            </>
          ),
        },
        { title: t('popRule.layout'), dataIndex: 'layout_id', render: layouts.nameOf },
        {
          title: t('popRule.pages'),
          dataIndex: 'page_ids',
          render: (ids: string[]) => ids.map(pages.nameOf).join(t('common.comma')) || '–',
        },
      ]}
      rowActions={(rule) => (
        <>
          <Button
            type="text"
            size="small"
            icon={<ArrowUpOutlined />}
            disabled={busy || rule.id === first}
            aria-label={t('customerField.up', { name: rule.name })}
            onClick={() => move(rule.id, -1)}
          />
          <Button
            type="text"
            size="small"
            icon={<ArrowDownOutlined />}
            disabled={busy || rule.id === last}
            aria-label={t('customerField.down', { name: rule.name })}
            onClick={() => move(rule.id, 1)}
          />
        </>
      )}
      values={(rule) =>
        rule
          ? { ...rule, find_in: rule.find_in || undefined }
          : { name: '', enabled: true, queue_ids: [], condition: '', find_by: '', page_ids: [] }
      }
      body={({ ...values }, rule) => ({
        ...values,
        layout_id: values.layout_id ?? null,
        find_in: values.find_in ?? '',
        position: rule?.position ?? next,
        revision: rule?.revision,
      })}
      fields={() => (
        <>
          <TextField name="name" label={t('common.name')} required max={60} />
          <SwitchField name="enabled" label={t('popRule.enabled')} />
          <ChoiceField
            name="queue_ids"
            label={t('linked.queues')}
            options={queues.options}
            placeholder={t('linked.anyQueue')}
            multiple
          />
          <Form.Item
            name="condition"
            label={t('popRule.condition')}
            extra={t('popRule.conditionHint', { names })}
          >
            <Input.TextArea
              className="hj-mono"
              autoSize={{ minRows: 1, maxRows: 6 }}
              maxLength={2000}
              placeholder={'keys == "2" && has(vars.account)'}
              data-testid="field-condition"
            />
          </Form.Item>
          <TextField
            name="find_by"
            label={t('popRule.findBy')}
            extra={t('popRule.findByHint')}
            max={64}
            pattern={{ value: /^([a-z][a-z0-9_]*)?$/, message: t('popRule.variableRule') }}
          />
          <ChoiceField
            name="find_in"
            label={t('popRule.findIn')}
            placeholder={t('popRule.inContacts')}
            options={own.map((field) => ({ value: field.key, label: labelOf(field) }))}
          />
          <ChoiceField name="layout_id" label={t('popRule.layout')} options={layouts.options} />
          <ChoiceField name="page_ids" label={t('popRule.pages')} options={pages.options} multiple />
        </>
      )}
    />
  );
}

const names = 'caller, called, keys, vars, language, medium, direction, queue, business, groups';
