import { MessageOutlined, PaperClipOutlined, SendOutlined } from '@ant-design/icons';
import { Button, Input, Tooltip, type GetRef } from 'antd';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { InteractionLive } from '@/shared/api/types';
import { fitting, usePhrases } from './items';

type TextAreaRef = GetRef<typeof Input.TextArea>;

const draftKey = (id: string) => `hujiao.chat-draft.${id}`;
const typingEveryMilliseconds = 3_000;
const longest = 4_000;
const mostPhrases = 8;

interface Props {
  chat: InteractionLive;
  say: (text: string) => void;
  attach: (file: File) => void;
}

/** Where the agent writes. A slash at the beginning opens the canned phrases. */
export function Composer({ chat, say, attach }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(() => sessionStorage.getItem(draftKey(chat.id)) ?? '');
  const [marked, setMarked] = useState(0);
  const [closed, setClosed] = useState(false);
  const field = useRef<TextAreaRef>(null);
  const files = useRef<HTMLInputElement>(null);
  const typedAt = useRef(0);
  const phrases = usePhrases();
  const found = useMemo(
    () =>
      text.startsWith('/') && !text.includes('\n')
        ? fitting(phrases, text.slice(1), chat.language, chat.queue_id).slice(0, mostPhrases)
        : null,
    [text, phrases, chat.language, chat.queue_id],
  );
  const open = found !== null && !closed;
  const chosen = Math.min(marked, (found?.length ?? 1) - 1);

  useEffect(() => {
    field.current?.focus();
  }, []);

  const write = (next: string) => {
    setText(next);
    setMarked(0);
    if (!next.startsWith('/')) setClosed(false);
    if (next) sessionStorage.setItem(draftKey(chat.id), next);
    else sessionStorage.removeItem(draftKey(chat.id));
    if (!next || next.startsWith('/') || Date.now() - typedAt.current < typingEveryMilliseconds) return;
    typedAt.current = Date.now();
    api.post(`/me/interactions/${chat.id}/typing`).catch(() => undefined);
  };
  const take = (phrase: string) => {
    write(phrase);
    field.current?.focus();
  };
  const send = () => {
    const said = text.trim();
    if (!said) return;
    say(said);
    write('');
    field.current?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    // The Enter that takes a word from an input method sends nothing.
    if (event.nativeEvent.isComposing) return;
    if (open) {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (step && !event.altKey && found.length > 0) {
        event.preventDefault();
        setMarked((chosen + step + found.length) % found.length);
        return;
      }
      const phrase = found[chosen];
      if ((event.key === 'Enter' || event.key === 'Tab') && phrase) {
        event.preventDefault();
        take(phrase.text);
        return;
      }
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        setClosed(true);
        return;
      }
    }
    if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      send();
    }
  };
  const list = `phrases-${chat.id}`;
  return (
    <div className="hj-composer">
      {open ? (
        <ul
          className="hj-phrases"
          role="listbox"
          id={list}
          aria-label={t('chat.phrases')}
          data-testid="phrases"
        >
          {found.map((phrase, at) => (
            <li
              key={phrase.id}
              id={`${list}-${at}`}
              role="option"
              aria-selected={at === chosen}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(phrase.text)}
            >
              <strong>/{phrase.shortcut}</strong> <span>{phrase.text}</span>
            </li>
          ))}
          {found.length === 0 ? <li className="hj-faint">{t('chat.noPhrases')}</li> : null}
        </ul>
      ) : null}
      <Input.TextArea
        ref={field}
        value={text}
        variant="borderless"
        autoSize={{ minRows: 2, maxRows: 6 }}
        maxLength={longest}
        placeholder={t('chat.write')}
        aria-label={t('chat.write')}
        aria-controls={open ? list : undefined}
        aria-activedescendant={open && found.length > 0 ? `${list}-${chosen}` : undefined}
        data-testid="chat-text"
        onChange={(event) => write(event.target.value)}
        onKeyDown={keys}
      />
      <div className="hj-composer-acts">
        <Tooltip title={t('chat.phrases')}>
          <Button
            type="text"
            icon={<MessageOutlined aria-hidden />}
            aria-label={t('chat.phrases')}
            onClick={() => take(text.startsWith('/') ? text : `/${text}`)}
          />
        </Tooltip>
        <Tooltip title={t('chat.attach')}>
          <Button
            type="text"
            icon={<PaperClipOutlined aria-hidden />}
            aria-label={t('chat.attach')}
            onClick={() => files.current?.click()}
          />
        </Tooltip>
        <input
          ref={files}
          type="file"
          hidden
          data-testid="chat-file"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) attach(file);
            currentTarget.value = '';
          }}
        />
        <Button
          type="primary"
          icon={<SendOutlined aria-hidden />}
          disabled={!text.trim()}
          onClick={send}
          data-testid="chat-send"
        >
          {t('chat.send')}
        </Button>
      </div>
    </div>
  );
}
