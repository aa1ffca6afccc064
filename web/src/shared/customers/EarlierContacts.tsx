import { MessageOutlined, PhoneOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { Interaction } from '@/shared/api/types';
import { duration } from '@/shared/format/format';
import { dateTime } from '@/shared/format/time';

/** What there was with a customer before, over all media: when, where, with whom, and what came of it. */
export function EarlierContacts({ contacts }: { contacts: Interaction[] }) {
  const { t } = useTranslation();
  return (
    <ol className="hj-earlier">
      {contacts.map((one) => (
        <li key={one.id} data-testid="earlier-contact">
          <div className="hj-figures">
            {one.medium === 'chat' ? (
              <MessageOutlined aria-label={t('medium.chat')} />
            ) : (
              <PhoneOutlined aria-label={t('medium.voice')} />
            )}{' '}
            {dateTime(one.started_at)}
          </div>
          <div className="hj-quiet">
            {[one.queue_name ?? '–', one.agent_name, duration(one.talk_seconds)].filter(Boolean).join(' · ')}
          </div>
          {one.disposition_name ? <div>{one.disposition_name}</div> : null}
          {one.note ? <div className="hj-quiet">{one.note}</div> : null}
        </li>
      ))}
    </ol>
  );
}
