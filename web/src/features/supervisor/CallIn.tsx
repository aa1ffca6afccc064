import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { timeOrDay } from '@/shared/format/time';
import { useAbsentAgents } from './suggestions';

const shown = 8;

/** Who has the queue's skills and is signed out: to be called in for overtime. */
export function CallIn({ queueId, open: opened }: { queueId: string; open: boolean }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(opened);
  const [all, setAll] = useState(false);
  const { data, error, isPending, refetch } = useAbsentAgents(queueId, open);
  return (
    <div className="hj-call-in">
      <Button
        type="link"
        size="small"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        data-testid="call-in"
      >
        {t('suggestion.callIn')}
      </Button>
      {!open ? null : error && !data ? (
        <ErrorView error={error} retry={() => void refetch()} />
      ) : isPending ? (
        <LoadingView rows={1} />
      ) : data.length > 0 ? (
        <ul>
          {(all ? data : data.slice(0, shown)).map((one) => (
            <li key={one.id} data-testid="absent-agent">
              <strong>{one.name}</strong> <span className="hj-faint">{one.number}</span>
              <span className="hj-faint">
                {one.usually > 0
                  ? t('suggestion.usually', { times: one.usually, weeks: one.weeks })
                  : t('suggestion.notUsually')}
                {one.signed_out_at
                  ? ` · ${t('suggestion.signedOut', { at: timeOrDay(one.signed_out_at) })}`
                  : null}
              </span>
            </li>
          ))}
          {data.length > shown && !all ? (
            <li>
              <Button type="link" size="small" onClick={() => setAll(true)}>
                {t('suggestion.more', { number: data.length - shown })}
              </Button>
            </li>
          ) : null}
        </ul>
      ) : (
        <p className="hj-faint">{t('suggestion.nobodyAbsent')}</p>
      )}
    </div>
  );
}
