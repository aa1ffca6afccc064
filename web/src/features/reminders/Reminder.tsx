import { BellOutlined, MinusOutlined } from '@ant-design/icons';
import { Button, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api } from '@/shared/api/client';
import type { NextCall } from '@/shared/api/types';
import { remindersSound } from '@/shared/components/alarmSound';
import { useAct } from '@/shared/components/errors';
import { useCustomersChanged } from '@/shared/customers/data';
import { dayAndMinute } from '@/shared/format/time';
import { useNextCallDone } from '@/shared/next-calls/data';
import { DialButton } from '@/shared/next-calls/DialButton';
import { NextCallButton } from '@/shared/next-calls/NextCallButton';

const snoozes = [5, 15, 60] as const;

/** A customer who is to be called now, and what may be done about it. */
export default function Reminder({ one, others, fold }: { one: NextCall; others: number; fold: () => void }) {
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
