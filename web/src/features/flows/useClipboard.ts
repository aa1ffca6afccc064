import { App } from 'antd';
import { useContext } from 'react';
import { useTranslation } from 'react-i18next';
import { clipOf, clipText, cornerOf, mostNodes, put, readClip, type Clip } from './clipboard';
import type { FlowDocument } from './document';
import { KindsContext } from './kinds';
import { mostNotes } from './notes';
import { useDocumentEvents } from './useDocumentEvents';

interface Given {
  enabled: boolean;
  document: FlowDocument;
  chosen: ReadonlySet<string>;
  change: (document: FlowDocument) => void;
  choose: (keys: string[]) => void;
  remove: () => void;
}

const beside = 40;

/** Copies what is chosen to the system's clipboard, and puts in what is pasted: also of another flow or window. */
export function useClipboard(given: Given): { duplicate: () => void } {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const kinds = useContext(KindsContext);
  const add = (clip: Clip) => {
    if (Object.keys(clip.nodes).length + Object.keys(clip.notes).length === 0) return;
    const { x, y } = cornerOf(clip);
    const added = put(given.document, clip, { x: x + beside, y: y + beside }, kinds);
    if (!added) {
      void message.error(t('flow.tooMany', { nodes: mostNodes, notes: mostNotes }));
      return;
    }
    given.change(added[0]);
    given.choose(added[1]);
  };
  const duplicate = () => add(clipOf(given.document, given.chosen, kinds));

  const handle = (event: ClipboardEvent) => {
    if (!given.enabled || event.defaultPrevented || !event.clipboardData || isText(event.target)) return;
    if (event.type === 'paste') {
      const text = event.clipboardData.getData('text/plain');
      if (!text) return;
      const read = readClip(text, kinds);
      if (!read) {
        void message.warning(t('flow.notSteps'));
        return;
      }
      if (read.unknown > 0) void message.warning(t('flow.unknownSteps', { number: read.unknown }));
      add(read.clip);
      event.preventDefault();
    } else if (given.chosen.size > 0 && !window.getSelection()?.toString()) {
      event.clipboardData.setData('text/plain', clipText(clipOf(given.document, given.chosen, kinds)));
      event.preventDefault();
      if (event.type === 'cut') given.remove();
    }
  };
  useDocumentEvents(['copy', 'cut', 'paste'], handle);
  return { duplicate };
}

/** Whether somebody writes there. */
export const isText = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.closest('input, textarea, select, [role="combobox"]') !== null);
