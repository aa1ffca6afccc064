import { Button, Form, Input, Progress, TreeSelect, type GetRef } from 'antd';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { AgentLive, Disposition, InteractionLive } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';
import { duration } from '@/shared/format/format';
import { useNow } from '@/shared/live/hooks';
import { draftKey, loadDraft, type Draft } from './noteDraft';
import { takeNotes } from './pages/notes';

type TextAreaRef = GetRef<typeof Input.TextArea>;

const longest = 4000;

interface TreeNode {
  value: string;
  title: string;
  selectable: boolean;
  children: TreeNode[];
}

function tree(dispositions: Disposition[], parent: string | null = null): TreeNode[] {
  return dispositions
    .filter((one) => one.parent_id === parent)
    .map((one) => {
      const children = tree(dispositions, one.id);
      return { value: one.id, title: one.name, selectable: children.length === 0, children };
    });
}

/** Result and note; they can be begun during the call and are saved as they are typed. */
export function WrapUp({
  agent,
  interaction,
  dispositions,
  item,
}: {
  agent: AgentLive;
  interaction: InteractionLive;
  dispositions: Disposition[];
  /** Of an item beside the phone: whether its turn has come. The agent's own state says so of a call. */
  item?: 'early' | 'open';
}) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft>(() => loadDraft(interaction.id));
  const { busy, run } = useAct();
  const note = useRef<TextAreaRef>(null);
  const saved = useRef(draft);
  const wrappingUp = item ? item === 'open' : agent.state === 'wrap_up';
  const choices = useMemo(
    () => tree([...dispositions].sort((a, b) => a.position - b.position)),
    [dispositions],
  );

  useEffect(() => {
    if (wrappingUp) note.current?.focus();
  }, [wrappingUp]);
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
        if (text.length > longest) return false;
        written.current = text;
        setDraft((current) => ({ ...current, note: text }));
        return true;
      }),
    [interaction.id],
  );

  const finish = () =>
    run(async () => {
      saved.current = draft;
      await api.post(`/me/interactions/${interaction.id}/wrap-up`, draft);
      sessionStorage.removeItem(draftKey(interaction.id));
    });
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && wrappingUp) {
      event.preventDefault();
      void finish();
    }
  };
  return (
    <div
      className="hj-wrap-up"
      data-testid="wrap-up"
      data-state={wrappingUp ? 'open' : 'early'}
      onKeyDown={keys}
    >
      <Form layout="vertical">
        <Form.Item label={t('wrapUp.disposition')} htmlFor="disposition">
          <TreeSelect
            id="disposition"
            data-testid="disposition"
            showSearch={{ treeNodeFilterProp: 'title' }}
            allowClear
            treeDefaultExpandAll
            placeholder={t('wrapUp.dispositionHint')}
            treeData={choices}
            value={draft.disposition_id}
            onChange={(value: string | undefined) =>
              setDraft((current) => ({ ...current, disposition_id: value }))
            }
            notFoundContent={t('wrapUp.noDispositions')}
          />
        </Form.Item>
        <Form.Item label={t('wrapUp.note')} htmlFor="note">
          <Input.TextArea
            id="note"
            ref={note}
            data-testid="note"
            autoSize={{ minRows: 4, maxRows: 10 }}
            maxLength={longest}
            placeholder={t('wrapUp.noteHint')}
            value={draft.note}
            onChange={(event) => setDraft((current) => ({ ...current, note: event.target.value }))}
          />
        </Form.Item>
      </Form>
      <div className="hj-wrap-up-end">
        {wrappingUp && !item ? <Countdown since={agent.since} until={agent.wrap_up_until} /> : <span />}
        <Button type="primary" disabled={!wrappingUp} loading={busy} onClick={finish} data-testid="finish">
          {t('wrapUp.finish')} <span className="hj-keys">Ctrl+Enter</span>
        </Button>
      </div>
    </div>
  );
}

function Countdown({ since, until }: { since: string | null; until: string | null }) {
  const { t } = useTranslation();
  const now = useNow();
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
    </span>
  );
}
