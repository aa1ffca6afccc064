import { Alert, Button, Input, Modal, Segmented, type InputRef } from 'antd';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { InteractionLive } from '@/shared/api/types';
import { useErrorText } from '@/shared/components/errors';
import { useSession } from '@/shared/session/session';
import { loadDraft } from '../noteDraft';
import type { Act, Kind } from './find';
import { rememberTarget } from './recent';
import { optionId, TargetList } from './TargetList';
import { useChoice, type Row } from './useChoice';

const mostOfANote = 1000;

/** How the box is opened: for which act, and among which kind of targets. */
export interface Opening {
  act: 'transfer' | 'consult';
  only?: Kind;
}

interface Props {
  interaction: InteractionLive;
  opening: Opening | null;
  close: () => void;
}

/** To whom the customer goes, or who is asked beside them: everybody and everything in one list. */
export function TargetBox({ interaction, opening, close }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      open={opening !== null}
      onCancel={close}
      footer={null}
      title={t(interaction.medium === 'chat' ? 'chat.transferTitle' : 'targets.title')}
      width={680}
      style={{ top: 40 }}
      // There at once: what is typed right after the key is meant for the search field.
      transitionName=""
      maskTransitionName=""
      destroyOnHidden
    >
      {opening ? (
        <Targets
          key={`${opening.act} ${opening.only ?? ''}`}
          interaction={interaction}
          opening={opening}
          close={close}
        />
      ) : null}
    </Modal>
  );
}

function Targets({ interaction, opening, close }: Props & { opening: Opening }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { account } = useSession();
  const listId = useId();
  const field = useRef<InputRef>(null);
  // Not `autoFocus`: the dialog is not in the page yet when its content is made.
  useEffect(() => field.current?.focus(), []);
  const chat = interaction.medium === 'chat';
  const internal = interaction.direction === 'internal';
  const acts: Opening['act'][] = chat ? ['transfer'] : internal ? ['consult'] : ['transfer', 'consult'];
  const [act, setAct] = useState(opening.act);
  const [only, setOnly] = useState<Kind | null>(opening.only ?? null);
  const [typed, setTyped] = useState('');
  const [note, setNote] = useState(() => loadDraft(interaction.id).note.slice(0, mostOfANote));
  const [sending, setSending] = useState<Act | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const shown: Kind[] =
    chat || internal ? ['agent', 'supervisor', 'queue'] : ['agent', 'supervisor', 'queue', 'flow'];
  const kinds: Kind[] = chat ? shown : [...shown, 'number'];
  const choice = useChoice({ act, typed, kinds, only, project: interaction.project_id, written: chat });
  const { chosen } = choice;
  const other = acts.find((one) => one !== act) ?? null;

  const send = async (how: Opening['act'], row: Row | null) => {
    if (!row || sending || choice.why(row.target, how) !== null) return;
    setSending(how);
    setRefusal(null);
    try {
      await post(interaction.id, how, row, note.trim());
      rememberTarget(account.id, row.target.key);
      close();
    } catch (error) {
      setRefusal(error);
    } finally {
      setSending(null);
    }
  };
  // In the search field and in the note alike; what else is typed is theirs.
  const keys = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') choice.move(event.key === 'ArrowDown' ? 1 : -1);
    else if (event.key === 'Enter' && event.shiftKey && other) void send(other, chosen);
    else if (event.key === 'Enter') void send(act, chosen);
    else return;
    event.preventDefault();
  };
  const button = (how: Opening['act'], key: string, primary: boolean) => (
    <Button
      type={primary ? 'primary' : 'default'}
      disabled={!chosen || choice.why(chosen.target, how) !== null || sending !== null}
      loading={sending === how}
      onClick={() => void send(how, chosen)}
      data-testid={`target-${how}`}
    >
      {how === 'consult' && chosen?.target.kind === 'flow' ? t('guidance.lead') : t(`targets.act.${how}`)}
      <span className="hj-keys">{key}</span>
    </Button>
  );
  return (
    <div className="hj-target-box" data-testid="target-box">
      {acts.length > 1 ? (
        <Segmented
          block
          value={act}
          onChange={setAct}
          options={acts.map((one) => ({ value: one, label: t(`targets.act.${one}`) }))}
        />
      ) : null}
      <Input
        ref={field}
        value={typed}
        maxLength={40}
        onChange={(event) => {
          setTyped(event.target.value);
          setRefusal(null);
        }}
        onKeyDown={keys}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={optionId(listId, chosen)}
        aria-label={t('targets.find')}
        placeholder={t(chat ? 'targets.findWithoutNumber' : 'targets.find')}
        autoComplete="off"
        data-testid="target-find"
      />
      <Segmented<Kind | 'all'>
        value={only ?? 'all'}
        onChange={(value) => setOnly(value === 'all' ? null : value)}
        options={[
          { value: 'all', label: t('targets.all') },
          ...shown.map((kind) => ({
            value: kind,
            label: <span data-testid={`target-only-${kind}`}>{t(`targets.kind.${kind}`)}</span>,
          })),
        ]}
      />
      <TargetList
        id={listId}
        choice={choice}
        empty={
          typed.trim()
            ? t('targets.noneFits', { typed: typed.trim() })
            : t(`targets.none.${only === 'flow' || only === 'queue' ? only : 'agent'}`)
        }
        take={(row) => choice.choose(row.target.key)}
      />
      <div className="hj-target-box-how hj-quiet" role="status">
        {choice.stale ? (
          t('targets.stale')
        ) : chosen ? (
          <How act={act} kind={chosen.target.kind} chat={chat} />
        ) : null}
      </div>
      <Input.TextArea
        value={note}
        maxLength={mostOfANote}
        autoSize={{ minRows: 1, maxRows: 3 }}
        onChange={(event) => setNote(event.target.value)}
        onKeyDown={keys}
        aria-label={t('targets.note')}
        placeholder={t('targets.note')}
        data-testid="target-note"
      />
      {refusal ? (
        <Alert type="error" showIcon title={errorText(refusal)} data-testid="target-refusal" />
      ) : null}
      <div className="hj-target-box-acts">
        {other ? button(other, '⇧↵', false) : null}
        {button(act, '↵', true)}
      </div>
    </div>
  );
}

/** What becomes of the customer. */
function How({ act, kind, chat }: { act: Act; kind: Kind; chat: boolean }) {
  const { t } = useTranslation();
  if (kind === 'flow') return <>{t(act === 'consult' ? 'guidance.leadHow' : 'guidance.sendHow')}</>;
  if (act === 'consult') return <>{t('consult.how')}</>;
  if (chat) return <>{t('chat.transferHow')}</>;
  return <>{`${t('consult.transferHow')} ${t(`consult.transferHint_${kind}`)}`}</>;
}

async function post(id: string, act: Opening['act'], { target }: Row, note: string): Promise<void> {
  const values = note ? { note: note.slice(0, 500) } : {};
  if (act === 'consult' && target.kind === 'flow')
    await api.post(`/me/interactions/${id}/guidance`, { flow_id: target.id, values });
  else if (act === 'consult')
    await api.post(`/me/interactions/${id}/consult`, { to: target.kind, target: target.id, note });
  else
    await api.post(`/interactions/${id}/transfer`, {
      to: target.kind,
      target: target.id,
      note,
      ...(target.kind === 'flow' ? { values } : {}),
    });
}
