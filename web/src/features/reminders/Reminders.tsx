import { BellOutlined, MinusOutlined } from '@ant-design/icons';
import { Button, Switch } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/shared/api/client';
import type { NextCall } from '@/shared/api/types';
import { remindersSound } from '@/shared/components/alarmSound';
import { useAct } from '@/shared/components/errors';
import { useCustomersChanged } from '@/shared/customers/data';
import { dayAndMinute } from '@/shared/format/time';
import { useLiveAgent } from '@/shared/live/hooks';
import { useDueNextCalls, useNextCallDone } from '@/shared/next-calls/data';
import { DialButton } from '@/shared/next-calls/DialButton';
import { NextCallButton } from '@/shared/next-calls/NextCallButton';
import { phone } from '@/shared/phone/hooks';
import { useSession } from '@/shared/session/session';
import './reminders.css';

const snoozes = [5, 15, 60] as const;
const withCustomer = ['reserved', 'engaged', 'wrap_up'];

/** Customers who are to be called now: how many on every screen, and a card for each; while the agent has a customer
 *  the card waits. */
export default function Reminders() {
  const { t } = useTranslation();
  const due = useDueNextCalls();
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
  if (due.length === 0) return null;
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
      {shown ? <Reminder key={keyOf(shown)} one={shown} others={due.length - 1} fold={fold} /> : null}
    </>
  );
}

function Reminder({ one, others, fold }: { one: NextCall; others: number; fold: () => void }) {
  const { t } = useTranslation();
  const { busy, run } = useAct();
  const changed = useCustomersChanged();
  const done = useNextCallDone();
  const [sound, setSound] = useState(remindersSound);
  const name = one.customer_name || (one.phones[0]?.value ?? t('customer.noName'));
  const snooze = (minutes: number) =>
    run(async () => {
      await api.post(`/me/next-calls/${one.id}/snooze`, { minutes });
      await changed();
    });
  return (
    <section className="hj-reminder" role="alert" aria-label={t('nextCall.reminder')} data-testid="reminder">
      <header>
        <BellOutlined aria-hidden /> {t('nextCall.reminder')}
        <Button
          type="text"
          size="small"
          icon={<MinusOutlined />}
          aria-label={t('nextCall.later')}
          title={t('nextCall.later')}
          onClick={fold}
          data-testid="reminder-fold"
        />
      </header>
      <Link className="hj-reminder-name" to={`/my-customers?customer=${one.customer_id}`}>
        {name}
      </Link>
      <div className="hj-quiet hj-figures">{t('nextCall.dueAt', { when: dayAndMinute(one.due_at) })}</div>
      {one.note ? <p className="hj-reminder-note">{one.note}</p> : null}
      <div className="hj-reminder-acts">
        <DialButton customerId={one.customer_id} name={name} points={one.phones} primary />
        <NextCallButton customerId={one.customer_id} name={name} current={one} label={t('nextCall.move')} />
        <Button
          size="small"
          disabled={busy}
          onClick={() => void run(() => done(one.id))}
          data-testid="reminder-done"
        >
          {t('nextCall.done')}
        </Button>
      </div>
      <div className="hj-reminder-acts" role="group" aria-label={t('nextCall.snooze')}>
        <span className="hj-quiet">{t('nextCall.snooze')}</span>
        {snoozes.map((minutes) => (
          <Button
            key={minutes}
            size="small"
            disabled={busy}
            onClick={() => void snooze(minutes)}
            data-testid={`snooze-${String(minutes)}`}
          >
            {t('nextCall.minutes', { number: minutes })}
          </Button>
        ))}
      </div>
      <footer>
        {others > 0 ? (
          <Link to="/my-customers?next=overdue">
            {t('nextCall.more', { number: others })} · {t('nextCall.all')}
          </Link>
        ) : (
          <span />
        )}
        <label>
          {t('nextCall.sound')}{' '}
          <Switch
            size="small"
            checked={sound}
            onChange={(on) => {
              remindersSound(on);
              setSound(on);
            }}
            data-testid="reminder-sound"
          />
        </label>
      </footer>
    </section>
  );
}
