import { Button, Progress } from 'antd';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import type { AgentLive, InteractionLive } from '@/shared/api/types';
import { useOfferedActs } from '@/shared/acts/offered';
import { useAct, useErrorText } from '@/shared/components/errors';
import { duration } from '@/shared/format/format';
import { useNow } from '@/shared/live/hooks';
import { useCallsCustomers } from '@/shared/next-calls/due';
import { NextCallLine } from '@/shared/next-calls/NextCallLine';
import { draftKey, hasDraft, loadDraft, type Draft } from './noteDraft';
import { takeNotes } from './pages/notes';
import {
  longestNote,
  missing,
  SummaryFields,
  type Errors,
  type NoteRef,
  type ResultRef,
} from './summary/SummaryFields';
import { useSummaryForm } from './summary/useSummaryForm';

/** Result and note; they can be begun during the call and are saved as they are typed. */
export function WrapUp({
  agent,
  interaction,
  item,
}: {
  agent: AgentLive;
  interaction: InteractionLive;
  /** Of an item beside the phone: whether its turn has come. The agent's own state says so of a call. */
  item?: 'early' | 'open';
}) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft>(() => loadDraft(interaction.id));
  const { busy, run } = useAct();
  const errorText = useErrorText();
  const form = useSummaryForm(interaction.id).data;
  const [errors, setErrors] = useState<Errors>({});
  const [typed, setTyped] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const note = useRef<NoteRef>(null);
  const result = useRef<ResultRef>(null);
  const saved = useRef(draft);
  const callsCustomers = useCallsCustomers();
  const wrappingUp = item ? item === 'open' : agent.state === 'wrap_up';
  const known = form !== undefined;
  // Begun in a tab that is gone: the server has kept it.
  const [looked, setLooked] = useState(() => hasDraft(interaction.id));
  if (form && !looked) {
    setLooked(true);
    const { begun } = form;
    if (begun && !draft.note && !draft.disposition_id)
      setDraft({
        note: begun.note,
        ...(begun.disposition_id ? { disposition_id: begun.disposition_id } : {}),
      });
  }
  const focus = (name: keyof Draft) => (name === 'note' ? note : result).current?.focus();

  useEffect(() => {
    // What is to be chosen first has the focus, unless the agent is at it already.
    if (!wrappingUp || !known || box.current?.contains(document.activeElement)) return;
    focus(form.dispositions.length > 0 && !draft.disposition_id ? 'disposition_id' : 'note');
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the time for it comes
  }, [wrappingUp, known]);
  useEffect(() => {
    if (draft === saved.current) return;
    sessionStorage.setItem(draftKey(interaction.id), JSON.stringify(draft));
    // Kept on the server too: when the time for it runs out, nothing typed is lost.
    const timer = setTimeout(() => {
      saved.current = draft;
      api
        .post(`/me/interactions/${interaction.id}/wrap-up`, { ...draft, keep_open: true })
        .catch(() => undefined);
    }, 1200);
    return () => clearTimeout(timer);
  }, [draft, interaction.id]);

  const written = useRef(draft.note);
  useEffect(() => {
    written.current = draft.note;
  }, [draft.note]);
  useEffect(
    () =>
      takeNotes(interaction.id, (line) => {
        const text = [written.current, line].filter(Boolean).join('\n');
        if (text.length > longestNote) return false;
        written.current = text;
        setDraft((current) => ({ ...current, note: text }));
        return true;
      }),
    [interaction.id],
  );

  const refused = (name: keyof Draft, why: string) => {
    setErrors({ [name]: why });
    focus(name);
  };
  const finish = () =>
    run(async () => {
      if (typed.trim()) {
        refused('disposition_id', t('wrapUp.notChosen', { typed }));
        return;
      }
      const [first] = missing(form, draft);
      if (first) {
        refused(first, t('common.required'));
        return;
      }
      saved.current = draft;
      try {
        await api.post(`/me/interactions/${interaction.id}/wrap-up`, draft);
        sessionStorage.removeItem(draftKey(interaction.id));
      } catch (error) {
        const field = error instanceof ApiError ? error.field : null;
        if (field !== 'disposition_id' && field !== 'note') throw error;
        refused(field, errorText(error));
      }
    });
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && wrappingUp) {
      event.preventDefault();
      event.stopPropagation(); // the list of results opens by Enter
      void finish();
    }
  };
  return (
    <div
      ref={box}
      className="hj-wrap-up"
      data-testid="wrap-up"
      data-state={wrappingUp ? 'open' : 'early'}
      onKeyDownCapture={keys}
    >
      <SummaryFields
        form={form}
        draft={draft}
        change={(change) => {
          setDraft((current) => ({ ...current, ...change }));
          setErrors({});
        }}
        errors={errors}
        customer={interaction.caller_name}
        number={interaction.caller}
        queue={interaction.queue_name ?? ''}
        hint={t('wrapUp.noteHint')}
        typed={typed}
        type={(text) => {
          setTyped(text);
          setErrors({});
        }}
        note={note}
        result={result}
      />
      {interaction.customer_id && callsCustomers ? (
        <div className="hj-wrap-up-next" data-testid="wrap-up-next">
          <span className="hj-quiet">{t('nextCall.title')}</span>
          <NextCallLine customerId={interaction.customer_id} name={interaction.caller_name} />
        </div>
      ) : null}
      <div className="hj-wrap-up-end">
        {wrappingUp && !item ? (
          <Countdown id={interaction.id} since={agent.since} until={agent.wrap_up_until} />
        ) : (
          <span />
        )}
        <Button type="primary" disabled={!wrappingUp} loading={busy} onClick={finish} data-testid="finish">
          {t('wrapUp.finish')} <span className="hj-keys">Ctrl+Enter</span>
        </Button>
      </div>
    </div>
  );
}

/** How much time is left to write up, and a button for more. */
function Countdown({ id, since, until }: { id: string; since: string | null; until: string | null }) {
  const { t } = useTranslation();
  const { busy, run } = useAct();
  const now = useNow();
  const longer = () => void run(() => api.post(`/me/interactions/${id}/extend-wrap-up`));
  useOfferedActs(until ? [{ key: 'extend-wrap-up', label: t('wrapUp.extend'), run: longer }] : []);
  if (!until) return <span className="hj-faint">{t('wrapUp.noLimit')}</span>;
  const whole = Math.max(1, (Date.parse(until) - Date.parse(since ?? until)) / 1000);
  const left = Math.max(0, (Date.parse(until) - now) / 1000);
  return (
    <span className="hj-countdown" role="timer" data-testid="countdown">
      <span aria-hidden="true">
        <Progress
          type="circle"
          size={22}
          strokeWidth={14}
          showInfo={false}
          percent={(left / whole) * 100}
          strokeColor={left < 10 ? 'var(--hj-red)' : 'var(--hj-wrap-up)'}
        />
      </span>
      {t('wrapUp.left', { time: duration(left) })}
      <Button size="small" loading={busy} onClick={longer} data-testid="extend-wrap-up">
        {t('wrapUp.extend')}
      </Button>
    </span>
  );
}
