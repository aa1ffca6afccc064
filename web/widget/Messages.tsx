/** @jsxImportSource preact */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Unsent } from '@/shared/chat/outbox';
import { type ChatFile, type ChatMessage, fileSize, openChoices, pieces } from '@/shared/chat/transcript';
import type { Acts, State } from './chat';
import { Icon } from './icons';
import { type Texts, texts } from './texts';

const nearEnd = 80;

/** What was said, with what is still to be sent at its end. It stays at the end unless the reader has gone up. */
export function Messages({ state, acts }: { state: State; acts: Acts }) {
  const t = texts[state.language];
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const { messages } = state.transcript;
  const choosable = openChoices(messages);
  const lastOwn = messages.filter((one) => one.from === 'visitor').at(-1)?.number;
  const welcome = state.entry?.welcome[state.language];
  const answered = state.unsent.length > 0 || state.conversation?.state === 'ended';
  useLayoutEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [messages.length, state.unsent.length, state.agentTyping, state.conversation?.state]);
  useEffect(() => {
    const { current } = box;
    if (!current) return;
    // A phone's keyboard, or a question below, takes of its room.
    const watch = new ResizeObserver(() => {
      if (atEnd.current) current.scrollTop = current.scrollHeight;
    });
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  return (
    <div
      class="messages"
      ref={box}
      tabIndex={0}
      role="log"
      aria-live="polite"
      aria-label={t.messages}
      onScroll={({ currentTarget: at }) => {
        atEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < nearEnd;
      }}
    >
      {welcome ? <p class="notice">{welcome}</p> : null}
      {messages.map((message, at) => (
        <Message
          key={message.number}
          message={message}
          named={message.from !== messages[at - 1]?.from || message.name !== messages[at - 1]?.name}
          language={state.language}
          t={t}
          acts={acts}
          choosable={message.number === choosable && !answered}
          seen={message.number === lastOwn && state.seen >= message.number}
        />
      ))}
      {state.unsent.map((one) => (
        <Waiting
          key={one.id}
          one={one}
          t={t}
          late={state.link === 'lost'}
          over={state.conversation?.state === 'ended'}
          discard={acts.discard}
        />
      ))}
      {state.agentTyping ? <p class="typing">{t.typing}</p> : null}
    </div>
  );
}

interface MessageProps {
  message: ChatMessage;
  named: boolean;
  language: string;
  t: Texts;
  acts: Acts;
  choosable: boolean;
  seen: boolean;
}

function Message({ message, named, language, t, acts, choosable, seen }: MessageProps) {
  const { kind, from, choices, file } = message;
  if (kind === 'notice')
    return <p class="notice">{t.notices[message.code ?? '']?.(message.name) ?? message.text}</p>;
  const own = from === 'visitor';
  const who = own ? t.you : message.name || t.flow;
  const time = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(message.at));
  return (
    <div class={own ? 'message own' : 'message'} data-number={message.number}>
      <span class={named && !own ? 'who' : 'away'}>{who}</span>
      <div class="bubble">
        {file ? <FileLink file={file} t={t} acts={acts} /> : <Text text={message.text} />}
      </div>
      {choices?.length ? (
        <div class="choices" role="group" aria-label={message.text}>
          {choices.map((choice) => (
            <button
              key={choice.value}
              type="button"
              disabled={!choosable}
              onClick={() => acts.choose(choice.value, choice.label)}
            >
              {choice.label}
            </button>
          ))}
        </div>
      ) : null}
      <time dateTime={message.at}>
        {time}
        {seen ? ` · ${t.seen}` : ''}
      </time>
    </div>
  );
}

function Text({ text }: { text: string }) {
  return (
    <>
      {pieces(text).map((piece, at) =>
        piece.href ? (
          <a key={at} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ) : (
          piece.text
        ),
      )}
    </>
  );
}

/** Its address needs the visitor's token, which is in no URL: the file is fetched and then saved. */
function FileLink({ file, t, acts }: { file: ChatFile; t: Texts; acts: Acts }) {
  const [failed, setFailed] = useState(false);
  const save = async () => {
    try {
      const address = URL.createObjectURL(await acts.fetchFile(file.id));
      const link = document.createElement('a');
      link.href = address;
      link.download = file.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  return (
    <>
      <button
        type="button"
        class="file"
        aria-label={`${t.download} ${file.name}`}
        onClick={() => void save()}
      >
        <Icon name="file" />
        <span class="file-name">{file.name}</span>
        <small>{fileSize(file.size)}</small>
      </button>
      {failed ? (
        <small role="alert" class="wrong">
          {t.downloadFailed}
        </small>
      ) : null}
    </>
  );
}

interface WaitingProps {
  one: Unsent;
  t: Texts;
  late: boolean;
  over: boolean;
  discard: (id: string) => void;
}

function Waiting({ one, t, late, over, discard }: WaitingProps) {
  const refused = one.refused !== undefined || over;
  return (
    <div class="message own waiting" data-state={refused ? 'refused' : late ? 'unsent' : 'sending'}>
      <div class="bubble">{one.text}</div>
      {refused ? (
        <small class="wrong">
          {one.refused || t.refused}{' '}
          <button type="button" class="plain" onClick={() => discard(one.id)}>
            {t.discard}
          </button>
        </small>
      ) : (
        <small>{late ? t.unsent : t.sending}</small>
      )}
    </div>
  );
}
