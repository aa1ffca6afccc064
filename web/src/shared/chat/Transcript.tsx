import { PaperClipOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { address } from '@/shared/api/client';
import { timeOfDay } from '@/shared/format/time';
import './transcript.css';
import { type ChatFile, type ChatMessage, fileSize, pieces } from './transcript';

const shownAtFirst = 200;
const nearEnd = 60;

interface Props {
  interactionId: string;
  messages: readonly ChatMessage[];
  /** The visitor has seen the messages up to this one. */
  seen?: number;
  /** After the last message: what is unsent, who types. */
  tail?: ReactNode;
  /** As long as something of it is new, the end is kept in view unless the reader has gone up. */
  tailKey?: string | number;
}

/** A chat as it was written. Of a long one the end shows first. */
export function TranscriptView({ interactionId, messages, seen = 0, tail, tailKey }: Props) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(shownAtFirst);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const from = Math.max(0, messages.length - shown);
  const lastOfAgent = messages.findLast((one) => one.from === 'agent' && one.kind !== 'whisper')?.number;
  useLayoutEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [messages.length, tailKey]);
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    const watch = new ResizeObserver(() => {
      if (atEnd.current) current.scrollTop = current.scrollHeight;
    });
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  return (
    <div
      ref={box}
      className="hj-transcript"
      tabIndex={0}
      role="log"
      aria-label={t('chat.messages')}
      data-testid="transcript"
      onScroll={({ currentTarget: at }) => {
        atEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < nearEnd;
      }}
    >
      {from > 0 ? (
        <Button
          size="small"
          type="link"
          onClick={() => {
            atEnd.current = false;
            setShown(shown + shownAtFirst);
          }}
        >
          {t('chat.earlier', { number: from })}
        </Button>
      ) : null}
      {messages.slice(from).map((message, at, all) => (
        <Message
          key={`${message.number}.${message.part ?? 0}`}
          interactionId={interactionId}
          message={message}
          first={message.from !== all[at - 1]?.from || message.name !== all[at - 1]?.name}
          seen={message.number === lastOfAgent && seen >= message.number && message.kind !== 'whisper'}
        />
      ))}
      {tail}
    </div>
  );
}

interface MessageProps {
  interactionId: string;
  message: ChatMessage;
  first: boolean;
  seen: boolean;
}

function Message({ interactionId, message, first, seen }: MessageProps) {
  const { t } = useTranslation();
  const { kind, from, name } = message;
  if (kind === 'notice') return <Notice message={message} />;
  const whisper = kind === 'whisper';
  const who = whisper
    ? t('chat.whisperFrom', { name })
    : from === 'flow'
      ? t('chat.flow')
      : from === 'visitor'
        ? name || t('chat.visitor')
        : name || t('column.agent');
  return (
    <div
      className="hj-message"
      data-from={from}
      data-kind={kind}
      data-number={message.number}
      data-testid="message"
    >
      {first || whisper ? <div className="hj-message-who">{who}</div> : null}
      <div className="hj-message-body">
        {message.file ? (
          <FileLink interactionId={interactionId} file={message.file} />
        ) : (
          <Text text={message.text} />
        )}
        {message.choices?.length ? (
          <ul className="hj-message-choices" aria-label={t('chat.choices')}>
            {message.choices.map((choice) => (
              <li key={choice.value}>{choice.label}</li>
            ))}
          </ul>
        ) : null}
      </div>
      <time className="hj-message-time hj-figures" dateTime={message.at}>
        {timeOfDay(message.at)}
        {seen ? ` · ${t('chat.seen')}` : ''}
      </time>
    </div>
  );
}

const notices = [
  'agent_joined',
  'agent_left',
  'idle_warning',
  'idle_closed',
  'ended_by_agent',
  'ended_by_visitor',
  'ended',
] as const;

function Notice({ message }: { message: ChatMessage }) {
  const { t } = useTranslation();
  const code = notices.find((one) => one === message.code);
  return (
    <div className="hj-message-notice" data-testid="message" data-kind="notice" data-code={message.code}>
      <span className="hj-figures">{timeOfDay(message.at)}</span>{' '}
      {code ? t(`chat.notice.${code}`, { name: message.name }) : message.text}
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

const isPicture = (file: ChatFile) => file.type.startsWith('image/');

function FileLink({ interactionId, file }: { interactionId: string; file: ChatFile }) {
  const at = address(`/interactions/${interactionId}/files/${file.id}`);
  return (
    <a href={at} download={file.name} className="hj-message-file">
      {isPicture(file) ? <img src={at} alt="" loading="lazy" /> : <PaperClipOutlined />}
      <span>{file.name}</span>
      <small className="hj-figures">{fileSize(file.size)}</small>
    </a>
  );
}
