import { useTranslation } from 'react-i18next';
import type { FlowProblem } from '@/shared/api/types';
import type { FlowDocument } from './document';
import { Inspector } from './Inspector';
import { NoteForm } from './NoteForm';
import { changeNote, noteId } from './notes';
import { Several } from './Several';

interface Props {
  document: FlowDocument;
  chosen: ReadonlySet<string>;
  problems: ReadonlyMap<string, readonly FlowProblem[]>;
  change?: (document: FlowDocument) => void;
  duplicate: () => void;
  remove: () => void;
}

/** Beside the canvas: the settings of what is chosen. */
export function Side({ document, chosen, problems, change, duplicate, remove }: Props) {
  const { t } = useTranslation();
  const keys = [...chosen];
  const [key] = keys;
  if (keys.length > 1)
    return <Several number={keys.length} editable={!!change} duplicate={duplicate} remove={remove} />;
  const note = key === undefined ? null : noteId(key);
  const written = note === null ? undefined : document.notes?.[note];
  if (note !== null && written)
    return (
      <NoteForm
        key={key}
        note={written}
        editable={!!change}
        change={(text) => change?.(changeNote(document, note, { text }))}
        remove={remove}
      />
    );
  if (key !== undefined && key in document.nodes)
    return (
      <Inspector
        key={key}
        document={document}
        id={key}
        problems={problems.get(key)}
        edit={
          change && {
            change: (node) => change({ ...document, nodes: { ...document.nodes, [key]: node } }),
            makeStart: () => change({ ...document, start: key }),
            remove,
          }
        }
      />
    );
  return <p className="hj-faint">{t('flow.chooseNode')}</p>;
}
