import { useTranslation } from 'react-i18next';
import type { InteractionLive } from '@/shared/api/types';
import { FlowPath } from '@/shared/components/FlowPath';
import { PopZone } from '@/shared/pop/PopZone';
import { isLanguage, languageNames, spokenName } from '@/shared/i18n';

/** Who writes: the customer with earlier contacts, what the visitor filled in, where the chat began, how it came. */
export function VisitorPanel({ chat }: { chat: InteractionLive }) {
  const { t } = useTranslation();
  const fields = Object.entries(chat.chat?.fields ?? {});
  const page = chat.chat?.page_url ?? '';
  return (
    <aside className="hj-panel hj-caller" aria-label={t('chat.about')}>
      <div className="hj-panel-head">{t('chat.about')}</div>
      <div className="hj-panel-body">
        <PopZone
          key={chat.id}
          interaction={chat}
          head={<div className="hj-caller-number">{chat.caller_name || t('chat.visitor')}</div>}
        />
        <h3>{t('chat.given')}</h3>
        <dl className="hj-facts">
          {fields.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
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
      </div>
    </aside>
  );
}
