/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Acts, State } from './chat';
import { Composer } from './Composer';
import { Icon } from './icons';
import { Messages } from './Messages';
import { problemText, SignUp } from './SignUp';
import { type Texts, texts } from './texts';

interface Props {
  state: State;
  acts: Acts;
}

/** The button in the corner and what it opens. */
export function Widget({ state, acts }: Props) {
  const t = texts[state.language];
  const launcher = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(state.open);
  useEffect(() => {
    if (wasOpen.current && !state.open) launcher.current?.focus();
    wasOpen.current = state.open;
  }, [state.open]);
  if (!state.entry) return null;
  return (
    <div class="widget" lang={state.language}>
      {state.open ? <Panel state={state} acts={acts} /> : null}
      <button
        ref={launcher}
        type="button"
        class={state.open ? 'launcher opened' : 'launcher'}
        aria-expanded={state.open}
        aria-haspopup="dialog"
        aria-label={state.open ? t.minimise : state.unread ? `${t.open}, ${t.unread(state.unread)}` : t.open}
        onClick={() => acts.setOpen(!state.open)}
      >
        <Icon name={state.open ? 'down' : 'chat'} />
        {state.unread > 0 && !state.open ? (
          <span class="badge" aria-hidden="true">
            {state.unread > 99 ? '99+' : state.unread}
          </span>
        ) : null}
      </button>
      <span class="away" role="status">
        {!state.open && state.unread > 0 ? t.unread(state.unread) : ''}
      </span>
    </div>
  );
}

/** What the panel says of the state of the conversation. */
export function statusText(state: State, t: Texts): string {
  const { conversation } = state;
  switch (conversation?.state) {
    case undefined:
      return '';
    case 'ended':
      return t.over;
    case 'connected':
      return t.talking(conversation.agent_name ?? '');
    case 'queued':
      return conversation.position === null ? t.waiting : t.position(conversation.position);
    case 'offered':
      return t.waiting;
    case 'flow':
      return t.automatic;
  }
}

function Panel({ state, acts }: Props) {
  const t = texts[state.language];
  const { conversation, entry } = state;
  const panel = useRef<HTMLDivElement>(null);
  const [asking, setAsking] = useState(false);
  const over = conversation?.state === 'ended';
  const stage = conversation === null ? 'form' : over ? 'over' : 'talk';
  useEffect(() => {
    // To where one goes on: the first field, the text, or the button that begins again.
    panel.current?.querySelector<HTMLElement>('select, input:not([hidden]), textarea, .wide')?.focus();
  }, [stage]);
  useLayoutEffect(() => {
    if (over) setAsking(false);
  }, [over]);
  const keys = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'Escape') {
      event.stopPropagation();
      if (asking) setAsking(false);
      else acts.setOpen(false);
    }
    if (event.key === 'Tab') stayInside(event, panel.current);
  };
  return (
    <div class="panel" ref={panel} role="dialog" aria-label={entry?.name} onKeyDown={keys}>
      <header>
        <div class="title">
          <strong>{entry?.name}</strong>
          <span role="status">{statusText(state, t)}</span>
        </div>
        {conversation && !over ? (
          <button type="button" class="icon" aria-label={t.end} title={t.end} onClick={() => setAsking(true)}>
            <Icon name="leave" />
          </button>
        ) : null}
        <button
          type="button"
          class="icon"
          aria-label={t.minimise}
          title={t.minimise}
          onClick={() => acts.setOpen(false)}
        >
          <Icon name="down" />
        </button>
      </header>
      {state.link === 'lost' && stage === 'talk' ? (
        <p class="banner" role="status">
          {t.lost}
        </p>
      ) : null}
      {conversation === null ? (
        <SignUp state={state} acts={acts} />
      ) : (
        <>
          <Messages state={state} acts={acts} />
          {asking ? (
            <div class="sure" role="alertdialog" aria-label={t.endSure}>
              <span>{t.endSure}</span>
              <button type="button" class="strong" disabled={state.busy} onClick={acts.end} ref={focused}>
                {t.endYes}
              </button>
              <button type="button" class="plain" onClick={() => setAsking(false)}>
                {t.endNo}
              </button>
            </div>
          ) : null}
          {state.problem ? (
            <p role="alert" class="wrong">
              {problemText(state.problem, t)}
            </p>
          ) : null}
          {over ? (
            <div class="over">
              <span>{t.over}</span>
              <button type="button" class="strong wide" onClick={acts.again}>
                {t.again}
              </button>
            </div>
          ) : (
            <Composer state={state} acts={acts} />
          )}
        </>
      )}
    </div>
  );
}

const focused = (element: HTMLElement | null) => element?.focus();

/** On a phone the panel covers the page: Tab goes round in it. */
function stayInside(event: KeyboardEvent, panel: HTMLElement | null): void {
  if (!panel || panel.offsetWidth < innerWidth) return;
  const all = [
    ...panel.querySelectorAll<HTMLElement>('button, input, select, textarea, a[href], [tabindex]'),
  ];
  const stops = all.filter((one) => one.offsetParent !== null && !one.matches(':disabled'));
  const [first, last] = [stops[0], stops.at(-1)];
  const now = (panel.getRootNode() as ShadowRoot).activeElement;
  if (event.shiftKey && now === first) last?.focus();
  else if (!event.shiftKey && now === last) first?.focus();
  else return;
  event.preventDefault();
}
