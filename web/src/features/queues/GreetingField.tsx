import { useQuery } from '@tanstack/react-query';
import { Form, Select } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { all } from '@/shared/api/client';
import type { Person, Prompt } from '@/shared/api/types';
import { ListenButton } from '@/shared/components/ListenButton';
import { spokenName } from '@/shared/i18n';
import { greetings } from './greeting';

/** What the caller hears before the agent: one of the prompts, to be listened to, or each agent's own. */
export function GreetingField() {
  const { t, i18n } = useTranslation();
  const prompts = useQuery({ queryKey: ['/prompts', 'all'], queryFn: () => all<Prompt>('/prompts') });
  const people = useQuery({ queryKey: ['/people', 'all'], queryFn: () => all<Person>('/people') });
  const choices = useMemo(
    () =>
      greetings(
        prompts.data ?? [],
        (people.data ?? []).flatMap(({ agent }) => (agent ? [agent.number] : [])),
      ),
    [prompts.data, people.data],
  );
  const value = Form.useWatch<string | undefined>('greeting') ?? '';
  const chosen = choices.find(({ name }) => name === value);
  const gone = value !== '' && prompts.isSuccess && people.isSuccess && !chosen;
  return (
    <Form.Item label={t('queue.greeting')} htmlFor="greeting" className="hj-greeting">
      <Form.Item name="greeting" noStyle getValueFromEvent={(name?: string) => name ?? ''}>
        <GreetingSelect
          loading={prompts.isPending || people.isPending}
          options={[
            ...choices.map(({ name, agents, prompts: each }) => ({
              value: name,
              label: agents === null ? name : t('queue.greetingOfAgents', { name, number: agents }),
              text: inTongue(each, i18n.language),
            })),
            ...(gone ? [{ value, label: value, text: '' }] : []),
          ]}
          placeholder={t('common.none')}
        />
      </Form.Item>
      <div className="hj-greeting-listen">
        {gone ? (
          <span className="hj-check-bad">
            {t(value.includes('{number}') ? 'queue.greetingOfNobody' : 'queue.greetingGone')}
          </span>
        ) : chosen ? (
          chosen.prompts.map((prompt) => (
            <ListenButton key={prompt.id} prompt={prompt} text={spokenName(prompt.language)} />
          ))
        ) : (
          <span className="hj-faint">
            {t('queue.greetingHint')} <Link to="/admin/prompts">{t('page.prompts')}</Link>
          </span>
        )}
      </div>
    </Form.Item>
  );
}

/** What a prompt says, in the reader's language where it has that. */
const inTongue = (prompts: Prompt[], language: string) =>
  (prompts.find((one) => one.language === language) ?? prompts[0])?.text ?? '';

/** An empty text is no choice. */
function GreetingSelect({
  id,
  value,
  onChange,
  options,
  loading,
  placeholder,
}: {
  id?: string;
  value?: string;
  onChange?: (value?: string) => void;
  options: { value: string; label: string; text: string }[];
  loading: boolean;
  placeholder: string;
}) {
  return (
    <Select
      id={id}
      allowClear
      loading={loading}
      showSearch={{ optionFilterProp: ['label', 'text'] }}
      optionRender={({ data }) => (
        <>
          {data.label} <span className="hj-faint">{data.text}</span>
        </>
      )}
      value={value ? value : undefined}
      onChange={onChange}
      options={options}
      placeholder={placeholder}
      data-testid="field-greeting"
    />
  );
}
