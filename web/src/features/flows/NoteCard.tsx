import { NodeResizer, type Node, type NodeProps } from '@xyflow/react';
import { useTranslation } from 'react-i18next';
import type { FlowNote } from './document';
import type { Mark } from './difference';
import { signs } from './NodeCard';

export type NoteNode = Node<{ note: FlowNote; editable: boolean; mark?: Mark }, 'note'>;

/** A note beside the steps; its text is written at the side. */
export function NoteCard({ data: { note, editable, mark }, selected }: NodeProps<NoteNode>) {
  const { t } = useTranslation();
  return (
    <>
      <NodeResizer
        isVisible={selected && editable}
        minWidth={80}
        minHeight={40}
        maxWidth={2000}
        maxHeight={2000}
      />
      <div className="hj-note" data-selected={selected} data-mark={mark} data-testid="flow-note">
        {mark ? (
          <span className="hj-node-mark" role="img" aria-label={t(`flow.mark.${mark}`)}>
            {signs[mark]}
          </span>
        ) : null}
        {note.text || <span className="hj-faint">{t('flow.note')}</span>}
      </div>
    </>
  );
}
