import { ApartmentOutlined } from '@ant-design/icons';
import {
  Background,
  ControlButton,
  Controls,
  MarkerType,
  MiniMap,
  ReactFlow,
  useReactFlow,
  type Connection,
  type Edge,
  type EdgeChange,
  type NodeChange,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import {
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowProblem } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';
import { addNode, connect, placed, removeNodes, type FlowDocument } from './document';
import { edgeKey, edgesOf, type Difference } from './difference';
import { KindsContext } from './kinds';
import { arranged, type Size } from './layout';
import { isAbout, NodeCard, signs, type CardNode } from './NodeCard';
import { NoteCard, type NoteNode } from './NoteCard';
import { changeNote, noteId, noteKey, removeNotes } from './notes';
import { litAs, type Lit } from './trying/lit';

const types = { card: NodeCard, note: NoteCard };
const none: readonly FlowProblem[] = [];
const together = ['Shift', 'Control', 'Meta'];

export type Choose = (how: (chosen: ReadonlySet<string>) => ReadonlySet<string>) => void;

/** A step or note to be brought into sight; each time anew. */
export interface Target {
  key: string;
  time: number;
}

interface Props {
  document: FlowDocument;
  chosen: ReadonlySet<string>;
  choose: Choose;
  target?: Target | null;
  problems?: ReadonlyMap<string, readonly FlowProblem[]>;
  /** Shown in colour, with signs; `document` is then that of both. */
  compared?: Difference;
  lit?: Lit | null;
  /** To change it; without, it is only looked at. */
  change?: (document: FlowDocument) => void;
  move?: (document: FlowDocument) => void;
  children?: ReactNode;
}

type Item = CardNode | NoteNode;

const noProblems: ReadonlyMap<string, readonly FlowProblem[]> = new Map();

export function Canvas({
  document,
  chosen,
  choose,
  target = null,
  problems = noProblems,
  compared,
  lit = null,
  change,
  move,
  children,
}: Props) {
  const { t } = useTranslation();
  const report = useReportError();
  const flow = useReactFlow();
  const kinds = useContext(KindsContext);
  const editable = change !== undefined;
  const [sizes, setSizes] = useState<Record<string, Size>>({});
  const resizing = useRef(false);
  const [chosenEdges, setChosenEdges] = useState<ReadonlySet<string>>(new Set());
  const places = useMemo(() => placed(document, kinds), [document, kinds]);
  const nodes = useMemo<Item[]>(
    () => [
      ...Object.entries(document.notes ?? {}).map(([id, note]): NoteNode => ({
        id: noteKey(id),
        type: 'note',
        position: note.position,
        width: note.width,
        height: note.height,
        measured: { width: note.width, height: note.height },
        selected: chosen.has(noteKey(id)),
        zIndex: -1,
        data: { note, editable, mark: compared?.notes.get(id)?.mark },
      })),
      ...Object.entries(document.nodes).map(([id, node]): CardNode => ({
        id,
        type: 'card',
        position: places[id] ?? { x: 0, y: 0 },
        measured: sizes[id],
        initialWidth: 196,
        initialHeight: 110,
        selected: chosen.has(id),
        data: {
          node,
          isStart: id === document.start,
          problems: problems.get(id) ?? none,
          mark: compared?.nodes.get(id)?.mark,
          lit: litAs(lit, id),
        },
      })),
    ],
    [document, places, sizes, chosen, problems, compared, lit, editable],
  );
  const edges = useMemo<Edge[]>(() => {
    const all = edgesOf(document, kinds);
    const listed = new Set(all.map(edgeKey));
    for (const key of compared?.edges.keys() ?? []) {
      const [source = '', handle = '', to = ''] = key.split(' ');
      if (!listed.has(key)) all.push({ source, handle, target: to });
    }
    return all.map((edge) => {
      const { source, handle, target: to } = edge;
      const mark = compared?.edges.get(edgeKey(edge));
      const wrong = (problems.get(source) ?? none).find((one) => isAbout(one, handle));
      const id = compared ? edgeKey(edge) : `${source} ${handle}`;
      return {
        id,
        source,
        sourceHandle: handle,
        target: to,
        selected: chosenEdges.has(id),
        markerEnd: { type: MarkerType.ArrowClosed },
        className: lit?.ways.has(id)
          ? 'hj-edge-lit'
          : mark
            ? `hj-edge-${mark}`
            : wrong
              ? `hj-edge-${wrong.severity}`
              : undefined,
        label: mark ? signs[mark] : undefined,
      };
    });
  }, [document, kinds, compared, problems, lit, chosenEdges]);

  const latest = useRef(document);
  useEffect(() => {
    latest.current = document;
  });
  const arrange = async () => {
    const from = document;
    try {
      const wanted = await arranged(from, sizes, kinds);
      // What was changed meanwhile is not undone; the next click arranges it.
      if (latest.current === from) change?.(wanted);
    } catch (error) {
      report(error);
    }
  };

  const seen = Object.keys(sizes).length > 0;
  useEffect(() => {
    if (!target || !seen) return;
    void flow.fitView({ nodes: [{ id: target.key }], maxZoom: 1, minZoom: 0.5, duration: 200 });
  }, [flow, target, seen]);

  const onNodesChange = (changes: NodeChange<Item>[]) => {
    let moved = document;
    const newSizes: Record<string, Size> = {};
    const selects: { id: string; selected: boolean }[] = [];
    for (const one of changes) {
      const note = 'id' in one ? noteId(one.id) : null;
      if (one.type === 'dimensions' && one.dimensions) {
        const width = Math.round(one.dimensions.width);
        const height = Math.round(one.dimensions.height);
        if (note === null) newSizes[one.id] = { width, height };
        else if (one.resizing !== undefined) {
          if (one.resizing && !resizing.current) change?.(document);
          resizing.current = one.resizing;
          moved = changeNote(moved, note, { width, height });
        }
      } else if (one.type === 'select') selects.push(one);
      else if (one.type === 'position' && one.position) {
        const position = { x: Math.round(one.position.x), y: Math.round(one.position.y) };
        const node = moved.nodes[one.id];
        if (note !== null) moved = changeNote(moved, note, { position });
        else if (node) moved = { ...moved, nodes: { ...moved.nodes, [one.id]: { ...node, position } } };
      }
    }
    if (Object.keys(newSizes).length > 0) setSizes((current) => ({ ...current, ...newSizes }));
    if (selects.length > 0)
      choose((current) => {
        const next = new Set(current);
        for (const { id, selected } of selects)
          if (selected) next.add(id);
          else next.delete(id);
        return next;
      });
    if (moved !== document) move?.(moved);
  };
  const onEdgesChange = (changes: EdgeChange[]) => {
    const selects = changes.flatMap((one) => (one.type === 'select' ? [one] : []));
    if (selects.length === 0) return;
    setChosenEdges((current) => {
      const next = new Set(current);
      for (const { id, selected } of selects)
        if (selected) next.add(id);
        else next.delete(id);
      return next;
    });
  };
  const onDelete = ({ nodes: goneNodes, edges: goneEdges }: { nodes: Item[]; edges: Edge[] }) => {
    const ids = goneNodes.map((node) => node.id);
    const cut = goneEdges.reduce(
      (current, edge) => connect(current, edge.source, edge.sourceHandle ?? 'next', null, kinds),
      document,
    );
    const notes = ids.flatMap((id) => noteId(id) ?? []);
    change?.(removeNotes(removeNodes(ids.includes(document.start) ? document : cut, ids, kinds), notes));
    choose(() => new Set());
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    const kind = kinds.get(event.dataTransfer.getData('application/hujiao-node'));
    if (!kind || !change) return;
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const [next, id] = addNode(document, kind, { x: Math.round(x), y: Math.round(y) });
    change(next);
    choose(() => new Set([id]));
  };
  // Each move by keys is one step to undo, however long the key is held.
  const onKeyDown = (event: KeyboardEvent) => {
    const onItem = event.target instanceof Element && event.target.closest('.react-flow__node');
    if (onItem && event.key.startsWith('Arrow') && !event.repeat && chosen.size > 0) change?.(document);
  };
  return (
    <ReactFlow<Item>
      nodes={nodes}
      edges={edges}
      nodeTypes={types}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onNodeDragStart={() => change?.(document)}
      onSelectionDragStart={() => change?.(document)}
      onConnect={({ source, sourceHandle, target: to }: Connection) =>
        change?.(connect(document, source, sourceHandle ?? 'next', to, kinds))
      }
      onDelete={onDelete}
      onKeyDownCapture={onKeyDown}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
      nodesDraggable={editable}
      nodesConnectable={editable}
      deleteKeyCode={editable ? ['Delete', 'Backspace'] : null}
      multiSelectionKeyCode={together}
      onlyRenderVisibleElements={nodes.length > 150}
      fitView
      fitViewOptions={{ maxZoom: 1, padding: 0.12 }}
      minZoom={0.1}
      proOptions={{ hideAttribution: false }}
      ariaLabelConfig={{
        'node.a11yDescription.default': t('flow.nodeKeys'),
        'edge.a11yDescription.default': t('flow.edgeKeys'),
        'controls.zoomIn.ariaLabel': t('flow.zoomIn'),
        'controls.zoomOut.ariaLabel': t('flow.zoomOut'),
        'controls.fitView.ariaLabel': t('flow.fitView'),
        'minimap.ariaLabel': t('flow.overview'),
      }}
      data-testid="flow-canvas"
    >
      <Background />
      <Controls showInteractive={false}>
        {change ? (
          <ControlButton
            onClick={() => void arrange()}
            title={t('flow.arrange')}
            aria-label={t('flow.arrange')}
            data-testid="arrange"
          >
            <ApartmentOutlined />
          </ControlButton>
        ) : null}
      </Controls>
      <MiniMap pannable zoomable style={{ width: 130, height: 84 }} />
      {children}
    </ReactFlow>
  );
}
