import { Panel } from '@xyflow/react';
import { Input } from 'antd';
import { useContext, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowDocument } from './document';
import { KindsContext, useKindTexts } from './kinds';
import { NamesContext } from './names';
import { noteId } from './notes';
import { find, texts as textsOf } from './search';

const mostShown = 50;

interface Props {
  document: FlowDocument;
  go: (key: string) => void;
  close: () => void;
}

/** Looks for a step or note by any text in it, and goes there. */
export function Search({ document, go, close }: Props) {
  const { t } = useTranslation();
  const texts = useKindTexts();
  const kinds = useContext(KindsContext);
  const { queues, hours, skills, sources } = useContext(NamesContext);
  const [wanted, setWanted] = useState('');
  const [at, setAt] = useState(0);
  const named = new Map([
    ...[...queues, ...hours, ...skills].map(({ value, label }) => [value, label] as const),
    ...sources.map(({ id, name }) => [id, name] as const),
  ]);
  const found = find(document, wanted, (id) => {
    const { type = '', ...fields } = document.nodes[id] ?? {};
    return [texts.title(type), ...textsOf(fields).flatMap((text) => named.get(text) ?? [])];
  });
  const title = (key: string) => {
    const note = noteId(key);
    if (note !== null) return t('flow.note');
    const node = document.nodes[key];
    return node?.label || (node && kinds.has(node.type) ? texts.title(node.type) : key);
  };
  const step = (by: number) => {
    const next = (at + by + found.length) % found.length;
    setAt(next);
    const one = found[next];
    if (one) go(one.key);
  };
  return (
    <Panel position="top-left" className="hj-flow-search nokey">
      <Input
        autoFocus
        allowClear
        size="small"
        value={wanted}
        placeholder={t('flow.searchHint')}
        aria-label={t('common.search')}
        data-testid="flow-search"
        onChange={(event) => {
          setWanted(event.target.value);
          setAt(-1);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close();
          else if (found.length > 0 && (event.key === 'Enter' || event.key === 'ArrowDown')) {
            event.preventDefault();
            step(event.shiftKey ? -1 : 1);
          } else if (found.length > 0 && event.key === 'ArrowUp') {
            event.preventDefault();
            step(-1);
          }
        }}
      />
      {wanted.trim() ? (
        <ul aria-label={t('common.search')} aria-live="polite">
          {found.slice(0, mostShown).map(({ key, text }, index) => (
            <li key={key} data-current={index === at}>
              <button
                type="button"
                onClick={() => {
                  setAt(index);
                  go(key);
                }}
                data-testid="found"
              >
                <strong>{title(key)}</strong> <span className="hj-faint">{text.slice(0, 60)}</span>
              </button>
            </li>
          ))}
          {found.length === 0 ? <li className="hj-faint">{t('flow.nothingFound')}</li> : null}
          {found.length > mostShown ? (
            <li className="hj-faint">{t('flow.moreFound', { number: found.length - mostShown })}</li>
          ) : null}
        </ul>
      ) : null}
    </Panel>
  );
}
