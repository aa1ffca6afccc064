import { EditOutlined } from '@ant-design/icons';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useErrorText } from '@/shared/components/errors';

interface EditableProps<T> {
  label: string;
  value: T;
  /** How it is shown while nobody edits it. */
  shown: ReactNode;
  /** What the control begins with, where that is not the value: of a masked one, nothing. */
  begin?: T;
  mayEdit: boolean;
  input: (value: T, change: (value: T) => void) => ReactNode;
  save: (value: T) => Promise<unknown>;
  testId: string;
}

/** A value that is changed where it stands: Enter or a click begins, Enter or leaving saves, Esc leaves it as it was. */
export function Editable<T>({ label, value, shown, begin, mayEdit, input, save, testId }: EditableProps<T>) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [draft, setDraft] = useState<{ value: T } | null>(null);
  // The newest draft: a list of tags takes what was typed with the same key or blur that ends the editing.
  const newest = useRef<{ value: T } | null>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const from = begin === undefined ? value : begin;

  const becomes = (next: { value: T } | null) => {
    newest.current = next;
    setDraft(next);
  };
  const end = () => {
    becomes(null);
    setProblem('');
    requestAnimationFrame(() => button.current?.focus());
  };
  const finish = async () => {
    const wanted = newest.current;
    if (!wanted || busy) return;
    if (JSON.stringify(wanted.value) === JSON.stringify(from)) {
      end();
      return;
    }
    setBusy(true);
    try {
      await save(wanted.value);
      end();
    } catch (error) {
      setProblem(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  const keys = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      end();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
      // In a list of choices Enter chooses first.
      if ((event.target as HTMLElement).getAttribute('aria-expanded') === 'true') return;
      event.preventDefault();
      event.stopPropagation();
      void finish();
    }
  };
  if (!mayEdit) return <div data-testid={testId}>{shown}</div>;
  if (!draft)
    return (
      <button
        ref={button}
        type="button"
        className="hj-editable"
        title={t('customer.editOne', { name: label })}
        onClick={() => becomes({ value: from })}
        data-testid={testId}
      >
        <span className="hj-editable-value">{shown}</span>
        <EditOutlined aria-hidden className="hj-editable-mark" />
      </button>
    );
  return (
    <div
      className="hj-editing"
      onKeyDown={keys}
      onBlur={({ currentTarget }) =>
        // Where the focus goes is known a moment later; a list of choices belongs to its field.
        setTimeout(() => {
          const now = document.activeElement;
          if (!currentTarget.contains(now) && !now?.closest('.ant-select-dropdown')) void finish();
        })
      }
      data-testid={`${testId}-editing`}
    >
      {input(draft.value, (next) => becomes({ value: next }))}
      {problem ? (
        <div role="alert" className="hj-editing-problem">
          {problem}
        </div>
      ) : null}
    </div>
  );
}
