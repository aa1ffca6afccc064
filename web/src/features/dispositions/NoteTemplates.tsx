import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { NoteTemplate } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, TextField } from '@/shared/catalogue/fields';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useRight } from '@/shared/session/session';
import { useResults } from './useResults';

type Values = Omit<NoteTemplate, 'id'>;

/** Texts that agents insert into their notes. */
export function NoteTemplates() {
  const { t } = useTranslation();
  const queues = useOptions('/queues');
  const results = useResults();
  return (
    <Catalogue<NoteTemplate, Values>
      path="/note-templates"
      testId="note-templates"
      title={t('page.noteTemplates')}
      lead={t('noteTemplate.lead')}
      nameOf={(one) => one.name}
      emptyWhat={t('noteTemplate.empty')}
      emptyHow={t('noteTemplate.emptyHow')}
      mayEdit={useRight('admin.queues')}
      columns={[
        { title: t('common.name'), dataIndex: 'name' },
        {
          title: t('chatPhrase.shortcut'),
          dataIndex: 'shortcut',
          render: (value: string) => <span className="hj-mono">/{value}</span>,
        },
        { title: t('chatPhrase.text'), dataIndex: 'text', ellipsis: true },
        {
          title: t('column.queue'),
          dataIndex: 'queue_id',
          render: (id: string | null) => (id ? queues.nameOf(id) : t('chatPhrase.everyQueue')),
        },
        {
          title: t('column.disposition'),
          dataIndex: 'disposition_id',
          render: (id: string | null) => (id ? results.nameOf(id) : t('noteTemplate.everyResult')),
        },
      ]}
      values={(one) => ({
        name: one?.name ?? '',
        shortcut: one?.shortcut ?? '',
        text: one?.text ?? '',
        queue_id: one?.queue_id ?? null,
        disposition_id: one?.disposition_id ?? null,
      })}
      body={(values) => ({
        ...values,
        queue_id: values.queue_id ?? null,
        disposition_id: values.disposition_id ?? null,
      })}
      fields={() => (
        <>
          <TextField name="name" label={t('common.name')} required max={60} />
          <TextField
            name="shortcut"
            label={t('chatPhrase.shortcut')}
            extra={t('noteTemplate.shortcutHint')}
            required
            max={30}
            pattern={{ value: /^[^\s/]+$/, message: t('noteTemplate.shortcutPattern') }}
          />
          <Form.Item
            name="text"
            label={t('chatPhrase.text')}
            extra={t('noteTemplate.textHint')}
            rules={[{ required: true, whitespace: true, message: t('common.required') }]}
          >
            <Input.TextArea
              autoSize={{ minRows: 3, maxRows: 10 }}
              maxLength={2000}
              data-testid="field-text"
            />
          </Form.Item>
          <ChoiceField
            name="queue_id"
            label={t('column.queue')}
            options={queues.options}
            placeholder={t('chatPhrase.everyQueue')}
          />
          <ChoiceField
            name="disposition_id"
            label={t('column.disposition')}
            extra={t('noteTemplate.resultHint')}
            options={results.options}
            placeholder={t('noteTemplate.everyResult')}
          />
        </>
      )}
    />
  );
}
