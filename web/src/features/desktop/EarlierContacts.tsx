import type { Interaction } from '@/shared/api/types';
import { duration } from '@/shared/format/format';
import { dateTime } from '@/shared/format/time';

/** What there was with a customer before: when, where, how long, and what came of it. */
export function EarlierContacts({ contacts }: { contacts: Interaction[] }) {
  return (
    <ol className="hj-earlier">
      {contacts.map((one) => (
        <li key={one.id}>
          <div className="hj-figures">{dateTime(one.started_at)}</div>
          <div className="hj-quiet">
            {one.queue_name ?? '–'} · {duration(one.talk_seconds)}
          </div>
          {one.disposition_name ? <div>{one.disposition_name}</div> : null}
          {one.note ? <div className="hj-quiet">{one.note}</div> : null}
        </li>
      ))}
    </ol>
  );
}
