import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ChatPhrase, Language } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { ChoiceField, LanguageField, TextField } from '@/shared/catalogue/fields';
import { useOptions } from '@/shared/catalogue/useOptions';
import { currentLanguage, languageNames } from '@/shared/i18n';
import { useRight } from '@/shared/session/session';

type Values = Omit<ChatPhrase, 'id'>;

/** What agents write again and again. */
export function ChatPhrases() {
  const { t } = useTranslation();
  const queues = useOptions('/queues');
  return (
    <Catalogue<ChatPhrase, Values>
      path="/chat-phrases"
      testId="chat-phrases"
      title={t('page.chatPhrases')}
      lead={t('chatPhrase.lead')}
      nameOf={(one) => `/${one.shortcut}`}
      emptyWhat={t('chatPhrase.empty')}
      emptyHow={t('chatPhrase.emptyHow')}
      mayEdit={useRight('admin.queues')}
      columns={[
        {
          title: t('chatPhrase.shortcut'),
          dataIndex: 'shortcut',
          render: (value: string) => <span className="hj-mono">/{value}</span>,
        },
        { title: t('chatPhrase.text'), dataIndex: 'text', ellipsis: true },
        {
          title: t('shell.language'),
          dataIndex: 'language',
          render: (value: Language) => languageNames[value],
        },
        {
          title: t('chatPhrase.queue'),
          dataIndex: 'queue_id',
          render: (id: string | null) => (id ? queues.nameOf(id) : t('chatPhrase.everyQueue')),
        },
      ]}
      values={(one) => ({
        shortcut: one?.shortcut ?? '',
        language: one?.language ?? currentLanguage(),
        text: one?.text ?? '',
        queue_id: one?.queue_id ?? null,
      })}
      body={(values) => ({ ...values, queue_id: values.queue_id ?? null })}
      fields={() => (
        <>
          <TextField
            name="shortcut"
            label={t('chatPhrase.shortcut')}
            extra={t('chatPhrase.shortcutHint')}
            required
            max={30}
            pattern={{ value: /^\S+$/, message: t('chatPhrase.shortcutPattern') }}
          />
          <LanguageField name="language" label={t('shell.language')} required />
          <Form.Item
            name="text"
            label={t('chatPhrase.text')}
            rules={[{ required: true, whitespace: true, message: t('common.required') }]}
          >
            <Input.TextArea
              autoSize={{ minRows: 3, maxRows: 10 }}
              maxLength={4000}
              data-testid="field-text"
            />
          </Form.Item>
          <ChoiceField
            name="queue_id"
            label={t('chatPhrase.queue')}
            extra={t('chatPhrase.queueHint')}
            options={queues.options}
          />
        </>
      )}
    />
  );
}
