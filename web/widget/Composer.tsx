/** @jsxImportSource preact */
import { useRef, useState } from 'preact/hooks';
import { isTaken, typeNames } from '@/shared/chat/files';
import type { Acts, State } from './chat';
import { Icon } from './icons';
import { texts } from './texts';

export function Composer({ state, acts }: { state: State; acts: Acts }) {
  const t = texts[state.language];
  const { entry } = state;
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const composed = useRef(false);
  const types = entry?.file_types ?? [];
  const most = entry?.max_file_mb ?? 0;

  const send = () => {
    const said = text.trim();
    if (!said) return;
    acts.say(said);
    setText('');
    field.current?.focus();
  };
  const attach = (file: File | undefined) => {
    if (!file) return;
    if (file.size > most * 1024 * 1024) setProblem(t.tooLarge(most));
    else if (!isTaken(file, types)) setProblem(t.wrongType(typeNames(types)));
    else {
      setProblem('');
      acts.attach(file);
    }
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {problem ? (
        <p role="alert" class="wrong">
          {problem}
        </p>
      ) : null}
      <div class="line">
        {most > 0 && types.length > 0 ? (
          <>
            <button
              type="button"
              class="icon"
              aria-label={t.attach}
              title={t.attach}
              onClick={() => files.current?.click()}
            >
              <Icon name="clip" />
            </button>
            <input
              ref={files}
              type="file"
              hidden
              accept={types.join(',')}
              onChange={({ currentTarget }) => {
                attach(currentTarget.files?.[0]);
                currentTarget.value = '';
              }}
            />
          </>
        ) : null}
        <textarea
          ref={field}
          class="text"
          rows={Math.min(5, Math.max(1, text.split('\n').length))}
          value={text}
          maxLength={entry?.max_message}
          aria-label={t.write}
          placeholder={t.write}
          enterkeyhint="send"
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            if (currentTarget.value) acts.typing();
          }}
          onCompositionStart={() => (composed.current = true)}
          // Safari says it before the key that ended it.
          onCompositionEnd={() => setTimeout(() => (composed.current = false))}
          onKeyDown={(event) => {
            // The Enter that takes a word from an input method sends nothing.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing || composed.current) return;
            event.preventDefault();
            send();
          }}
        />
        <button type="submit" class="icon strong" aria-label={t.send} title={t.send} disabled={!text.trim()}>
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
