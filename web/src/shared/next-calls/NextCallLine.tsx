import { useTranslation } from 'react-i18next';
import { dayAndMinute } from '@/shared/format/time';
import { useSession } from '@/shared/session/session';
import { useNextCallsOf } from './data';
import { useCallsCustomers } from './due';
import { NextCallButton } from './NextCallButton';

/** My next call to a customer, where it is set and moved; and who else is to call them. */
export function NextCallLine({ customerId, name }: { customerId: string; name: string }) {
  const { t } = useTranslation();
  const mine = useSession().agent?.id;
  const calls = useCallsCustomers();
  const { data } = useNextCallsOf(customerId);
  const open = (data ?? []).filter((one) => !one.closed_at);
  const current = open.find((one) => one.agent_id === mine) ?? null;
  const others = open.filter((one) => one !== current);
  if (!data) return <span className="hj-faint">…</span>;
  return (
    <>
      {calls ? <NextCallButton customerId={customerId} name={name} current={current} /> : null}
      {current?.note ? <div className="hj-quiet">{current.note}</div> : null}
      {others.map((one) => (
        <div key={one.id} className="hj-quiet">
          {t('nextCall.ofOther', { name: one.agent_name, when: dayAndMinute(one.due_at) })}
        </div>
      ))}
      {!calls && open.length === 0 ? <span className="hj-faint">–</span> : null}
    </>
  );
}
