import { BellOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Suspense, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NextCall } from '@/shared/api/types';
import { remindersSound } from '@/shared/components/alarmSound';
import { useLiveAgent } from '@/shared/live/hooks';
import { phone } from '@/shared/phone/hooks';
import { piece } from '@/shared/pieces/piece';
import { useSession } from '@/shared/session/session';
import './reminders.css';

const Reminder = piece(() => import('./Reminder'));

const withCustomer = ['reserved', 'engaged', 'wrap_up'];

/** Customers who are to be called now: how many on every screen, and a card for each; while the agent has a customer
 *  the card waits. */
export default function Reminders({ due }: { due: NextCall[] }) {
  const { t } = useTranslation();
  const agent = useLiveAgent(useSession().agent?.id);
  const busy = agent !== null && withCustomer.includes(agent.state);
  const seen = useRef<ReadonlySet<string>>(new Set());
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState(false);
  const keyOf = (one: NextCall) => `${one.id} ${one.remind_at}`;
  const keys = due.map(keyOf).join();
  useEffect(() => {
    const fresh = keys.split(',').filter((key) => key && !seen.current.has(key));
    seen.current = new Set(keys.split(','));
    if (fresh.length > 0 && remindersSound()) phone.chime('quiet');
  }, [keys]);
  const waiting = busy ? [] : due.filter((one) => !folded.has(keyOf(one)));
  const shown = asked ? due[0] : waiting[0];
  const fold = () => {
    setAsked(false);
    setFolded(new Set(due.map(keyOf)));
  };
  return (
    <>
      <Button
        size="small"
        danger
        icon={<BellOutlined />}
        className="hj-reminders-chip"
        aria-label={t('nextCall.waiting', { number: due.length })}
        aria-expanded={Boolean(shown)}
        onClick={() => (shown ? fold() : setAsked(true))}
        data-testid="reminders"
        data-due={due.length}
      >
        {t('nextCall.chip', { number: due.length })}
      </Button>
      {shown ? (
        <Suspense fallback={null}>
          <Reminder key={keyOf(shown)} one={shown} others={due.length - 1} fold={fold} />
        </Suspense>
      ) : null}
    </>
  );
}
