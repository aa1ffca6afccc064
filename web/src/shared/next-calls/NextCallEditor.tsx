import { Button, DatePicker, Input } from 'antd';
import type { Dayjs } from 'dayjs';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/shared/api/client';
import { useAct, useErrorText } from '@/shared/components/errors';
import { asZoned, forPicker, nowZoned } from '@/shared/format/time';
import { useNextCallDone, useSetNextCall } from './data';
import type { SetCall } from './NextCallButton';
import { quickTimes } from './times';
import './next-calls.css';

const longestNote = 500;

interface Props {
  customerId: string;
  current: SetCall | null;
  close: () => void;
}

/** Sets when a customer is called next: by one click, or typed to the minute. */
export default function NextCallEditor({ customerId, current, close }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { busy, run } = useAct();
  const set = useSetNextCall();
  const done = useNextCallDone();
  const box = useRef<HTMLDivElement>(null);
  const [note, setNote] = useState(current?.note ?? '');
  const [when, setWhen] = useState<Dayjs | null>(current ? forPicker(current.due_at) : null);
  const [problem, setProblem] = useState('');
  const [picking, setPicking] = useState(false);
  useEffect(() => {
    const later = requestAnimationFrame(() => box.current?.querySelector('button')?.focus());
    return () => cancelAnimationFrame(later);
  }, []);
  const save = (dueAt: string) =>
    run(async () => {
      try {
        await set(customerId, dueAt, note.trim());
        close();
      } catch (error) {
        if (!(error instanceof ApiError && error.field === 'due_at')) throw error;
        setProblem(errorText(error));
      }
    });
  const typed = () => (when ? void save(asZoned(when).toISOString()) : setProblem(t('common.required')));
  const times = quickTimes(nowZoned());
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.nativeEvent.isComposing) close();
  };
  return (
    <div
      ref={box}
      className="hj-next-call-editor"
      role="group"
      aria-label={t('nextCall.title')}
      onKeyDown={keys}
      data-testid="next-call-editor"
    >
      <div className="hj-next-call-quick">
        {(['inHour', 'tomorrow', 'nextWeek'] as const).map((name) => (
          <Button key={name} size="small" disabled={busy} onClick={() => void save(times[name])}>
            <span data-testid={`next-${name}`}>{t(`nextCall.${name}`)}</span>
          </Button>
        ))}
      </div>
      <DatePicker
        showTime={{ format: 'HH:mm' }}
        format="YYYY-MM-DD HH:mm"
        needConfirm={false}
        open={picking}
        onOpenChange={setPicking}
        onKeyDown={(event) => {
          // What was typed is taken first.
          if (event.key === 'Enter') setTimeout(() => setPicking(false));
        }}
        value={when}
        status={problem ? 'error' : undefined}
        placeholder={t('nextCall.when')}
        aria-label={t('nextCall.when')}
        aria-invalid={problem !== '' || undefined}
        onChange={(next) => {
          setWhen(next);
          setProblem('');
        }}
        style={{ width: '100%' }}
        data-testid="next-when"
      />
      {problem ? (
        <div role="alert" className="hj-editing-problem">
          {problem}
        </div>
      ) : null}
      <Input
        value={note}
        maxLength={longestNote}
        placeholder={t('nextCall.noteHint')}
        aria-label={t('nextCall.note')}
        onChange={(event) => setNote(event.target.value)}
        onPressEnter={typed}
        data-testid="next-note"
      />
      <div className="hj-next-call-end">
        {current ? (
          <Button
            type="text"
            size="small"
            disabled={busy}
            onClick={() => void run(() => done(current.id).then(close))}
            data-testid="next-done"
          >
            {t('nextCall.done')}
          </Button>
        ) : (
          <span />
        )}
        <Button type="primary" size="small" loading={busy} onClick={typed} data-testid="next-save">
          {t(current ? 'nextCall.move' : 'nextCall.set')}
        </Button>
      </div>
    </div>
  );
}
