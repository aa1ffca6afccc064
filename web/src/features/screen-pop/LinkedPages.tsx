import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { LinkedPage } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, SwitchField, TextField } from '@/shared/catalogue/fields';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useCustomerFields } from '@/shared/customers/data';
import { callNames, customerNames, useItemLabel } from '@/shared/pop/labels';

type Values = Omit<LinkedPage, 'id' | 'revision'>;

const fresh: Values = {
  name: '',
  address: 'https://',
  parameters: ['agent_number', 'queue', 'caller', 'called'],
  queue_ids: [],
  source_ids: [],
  other_origins: [],
  shown_in: 'frame',
  opens: 'offered',
  may_dial: 'never',
  may_note: false,
};

/** Pages of the tenant's own software that open with a call, and what they are told. */
export function LinkedPages() {
  const { t } = useTranslation();
  const queues = useOptions('/queues');
  const sources = useOptions('/data-sources');
  const labelOf = useItemLabel();
  const own = useCustomerFields();
  const parameters = [
    ...callNames.map((name) => ({ value: name, label: labelOf(`call.${name}`) })),
    ...[...customerNames, ...own.filter((field) => !field.private).map(({ key }) => key)].map((name) => ({
      value: `customer.${name}`,
      label: labelOf(`customer.${name}`),
    })),
  ];
  return (
    <Catalogue<LinkedPage, Values>
      path="/linked-pages"
      testId="linked-pages"
      title={t('page.linkedPages')}
      lead={t('linked.lead')}
      nameOf={(page) => page.name}
      emptyWhat={t('linked.empty')}
      emptyHow={t('linked.emptyHow')}
      mayEdit
      width={640}
      columns={[
        { title: t('common.name'), dataIndex: 'name' },
        {
          title: t('linked.address'),
          dataIndex: 'address',
          render: (address: string) => <span className="hj-mono">{address.split('?')[0]}</span>,
        },
        {
          title: t('linked.queues'),
          dataIndex: 'queue_ids',
          render: (ids: string[]) => ids.map(queues.nameOf).join(t('common.comma')) || t('linked.anyQueue'),
        },
        {
          title: t('linked.opens'),
          dataIndex: 'opens',
          render: (opens: Values['opens']) => t(`linked.opensWhen.${opens}`),
        },
      ]}
      values={(page) => page ?? fresh}
      body={({ ...values }, page) => ({ ...values, revision: page?.revision })}
      fields={() => (
        <>
          <TextField name="name" label={t('common.name')} required max={60} />
          <Form.Item
            name="address"
            label={t('linked.address')}
            extra={t('linked.addressHint', { place: '{{caller}}' })}
            rules={[{ required: true, message: t('common.required') }]}
          >
            <Input
              className="hj-mono"
              placeholder="https://erp.example.com/orders?from={{caller}}&agent={{agent_number}}"
              data-testid="field-address"
            />
          </Form.Item>
          <Form.Item name="parameters" label={t('linked.parameters')} extra={t('linked.parametersHint')}>
            <Select
              mode="tags"
              options={parameters}
              tokenSeparators={[',', ' ']}
              showSearch={{ optionFilterProp: 'label' }}
              data-testid="field-parameters"
            />
          </Form.Item>
          <ChoiceField
            name="queue_ids"
            label={t('linked.queues')}
            options={queues.options}
            placeholder={t('linked.anyQueue')}
            multiple
          />
          <ChoiceField
            name="opens"
            label={t('linked.opens')}
            required
            options={(['offered', 'answered', 'by_hand'] as const).map((one) => ({
              value: one,
              label: t(`linked.opensWhen.${one}`),
            }))}
          />
          <ChoiceField
            name="shown_in"
            label={t('linked.shownIn')}
            extra={t('linked.shownInHint')}
            required
            options={(['frame', 'window'] as const).map((one) => ({
              value: one,
              label: t(`linked.shown.${one}`),
            }))}
          />
          <ChoiceField
            name="source_ids"
            label={t('linked.sources')}
            extra={t('linked.sourcesHint')}
            options={sources.options}
            multiple
          />
          <ChoiceField
            name="may_dial"
            label={t('linked.mayDial')}
            required
            options={(['never', 'asks', 'always'] as const).map((one) => ({
              value: one,
              label: t(`linked.dial.${one}`),
            }))}
          />
          <SwitchField name="may_note" label={t('linked.mayNote')} />
          <Form.Item
            name="other_origins"
            label={t('linked.otherOrigins')}
            extra={t('linked.otherOriginsHint')}
          >
            <Select mode="tags" open={false} suffix={null} tokenSeparators={[',', ' ']} />
          </Form.Item>
        </>
      )}
    />
  );
}
