import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { Interaction, InteractionLive, Page } from '@/shared/api/types';
import { FlowPath } from '@/shared/components/FlowPath';
import { isLanguage, languageNames, spokenName } from '@/shared/i18n';
import { EarlierContacts } from '../EarlierContacts';

/** Who writes: what the visitor filled in, where the chat began, how it came, and earlier contacts. */
export function VisitorPanel({ chat }: { chat: InteractionLive }) {
  const { t } = useTranslation();
  const fields = Object.entries(chat.chat?.fields ?? {});
  const { caller } = chat;
  const history = useQuery({
    queryKey: ['me', 'interactions', 'of', caller],
    queryFn: () =>
      api.get<Page<Interaction>>('/interactions', {
        customer: caller,
        page: 1,
        page_size: 8,
        sort: '-started_at',
      }),
    enabled: Boolean(caller),
  });
  const earlier = (history.data?.items ?? []).filter((one) => one.id !== chat.id);
  const learnt = Object.entries(chat.variables).filter(
    ([name, value]) =>
      !fields.some(([field]) => field === name) && ['string', 'number', 'boolean'].includes(typeof value),
  );
  const page = chat.chat?.page_url ?? '';
  return (
    <aside className="hj-panel hj-caller" aria-label={t('chat.about')}>
      <div className="hj-panel-head">{t('chat.about')}</div>
      <div className="hj-panel-body">
        <div className="hj-caller-number">{chat.caller_name || t('chat.visitor')}</div>
        <dl className="hj-facts">
          {fields.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          {learnt.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{String(value)}</dd>
            </div>
          ))}
          <div>
            <dt>{t('chat.language')}</dt>
            <dd>{isLanguage(chat.language) ? languageNames[chat.language] : spokenName(chat.language)}</dd>
          </div>
          {page ? (
            <div>
              <dt>{t('chat.page')}</dt>
              <dd className="hj-chat-page">
                {/^https?:\/\//i.test(page) ? (
                  <a href={page} target="_blank" rel="noopener noreferrer" title={page}>
                    {chat.chat?.page_title || page}
                  </a>
                ) : (
                  chat.chat?.page_title || page
                )}
              </dd>
            </div>
          ) : null}
        </dl>
        <h3>{t('call.howItCame')}</h3>
        <FlowPath steps={chat.flow_path} passed={chat.transfers} queue={chat.queue_name} />
        <h3>{t('chat.history')}</h3>
        {earlier.length === 0 ? (
          <p className="hj-faint">{t('chat.noHistory')}</p>
        ) : (
          <EarlierContacts contacts={earlier} />
        )}
      </div>
    </aside>
  );
}
