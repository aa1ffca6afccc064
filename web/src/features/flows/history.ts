import { useCallback, useReducer } from 'react';
import type { FlowDocument } from './document';

interface History {
  past: FlowDocument[];
  present: FlowDocument;
  future: FlowDocument[];
}

type Act =
  | { kind: 'change'; document: FlowDocument }
  | { kind: 'move'; document: FlowDocument }
  | { kind: 'begin'; document: FlowDocument }
  | { kind: 'undo' }
  | { kind: 'redo' };

const deepest = 100;

function step(history: History, act: Act): History {
  switch (act.kind) {
    case 'change':
      return { past: [...history.past.slice(-deepest), history.present], present: act.document, future: [] };
    // Every pixel of a drag is not a step of its own.
    case 'move':
      return { ...history, present: act.document };
    // What was before belongs to another draft: to go back to it would cover what others saved.
    case 'begin':
      return { past: [], present: act.document, future: [] };
    case 'undo': {
      const before = history.past.at(-1);
      if (!before) return history;
      return {
        past: history.past.slice(0, -1),
        present: before,
        future: [history.present, ...history.future],
      };
    }
    case 'redo': {
      const [after, ...future] = history.future;
      if (!after) return history;
      return { past: [...history.past, history.present], present: after, future };
    }
  }
}

export function useHistory(first: FlowDocument) {
  const [history, dispatch] = useReducer(step, { past: [], present: first, future: [] });
  return {
    document: history.present,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
    change: useCallback((document: FlowDocument) => dispatch({ kind: 'change', document }), []),
    move: useCallback((document: FlowDocument) => dispatch({ kind: 'move', document }), []),
    begin: useCallback((document: FlowDocument) => dispatch({ kind: 'begin', document }), []),
    undo: useCallback(() => dispatch({ kind: 'undo' }), []),
    redo: useCallback(() => dispatch({ kind: 'redo' }), []),
  };
}
