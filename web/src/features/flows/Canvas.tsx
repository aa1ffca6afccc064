import {
  Background,
  Controls,
  MarkerType,
  MiniMap,
  ReactFlow,
  useReactFlow,
  type Connection,
  type Edge,
  type NodeChange,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useContext, useMemo, useState, type DragEvent } from 'react';
import { addNode, connect, exitsOf, placed, removeNodes, type FlowDocument } from './document';
import { KindsContext } from './kinds';
import { NodeCard, type CardNode } from './NodeCard';
import { litAs, type Lit } from './trying/lit';

const types = { card: NodeCard };

interface Props {
  document: FlowDocument;
  selected: string | null;
  problems: ReadonlyMap<string, string[]>;
  editable: boolean;
  lit: Lit | null;
  select: (id: string | null) => void;
  change: (document: FlowDocument) => void;
  move: (document: FlowDocument) => void;
}

export function Canvas({ document, selected, problems, editable, lit, select, change, move }: Props) {
  const { screenToFlowPosition } = useReactFlow();
  const kinds = useContext(KindsContext);
  const [sizes, setSizes] = useState<Record<string, { width: number; height: number }>>({});
  const places = useMemo(() => placed(document, kinds), [document, kinds]);
  const nodes = useMemo<CardNode[]>(
    () =>
      Object.entries(document.nodes).map(([id, node]) => ({
        id,
        type: 'card',
        position: places[id] ?? { x: 0, y: 0 },
        measured: sizes[id],
        selected: id === selected,
        data: { node, isStart: id === document.start, problems: problems.get(id) ?? [], lit: litAs(lit, id) },
      })),
    [document, places, sizes, selected, problems, lit],
  );
  const edges = useMemo<Edge[]>(
    () =>
      Object.entries(document.nodes).flatMap(([id, node]) =>
        exitsOf(node, kinds)
          .filter((exit) => exit.target !== null && exit.target in document.nodes)
          .map((exit) => ({
            id: `${id} ${exit.handle}`,
            source: id,
            sourceHandle: exit.handle,
            target: exit.target ?? '',
            className: lit?.ways.has(`${id} ${exit.handle}`) ? 'hj-edge-lit' : undefined,
            markerEnd: { type: MarkerType.ArrowClosed },
          })),
      ),
    [document, kinds, lit],
  );

  const onNodesChange = (changes: NodeChange<CardNode>[]) => {
    let moved = document;
    for (const one of changes) {
      if (one.type === 'dimensions' && one.dimensions) {
        const { id, dimensions } = one;
        setSizes((current) => ({ ...current, [id]: dimensions }));
      } else if (one.type === 'select' && one.selected) select(one.id);
      else if (one.type === 'position' && one.position) {
        const node = moved.nodes[one.id];
        const { x, y } = one.position;
        if (node) {
          const position = { x: Math.round(x), y: Math.round(y) };
          moved = { ...moved, nodes: { ...moved.nodes, [one.id]: { ...node, position } } };
        }
      }
    }
    if (moved !== document) move(moved);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    const kind = kinds.get(event.dataTransfer.getData('application/hujiao-node'));
    if (!kind) return;
    const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const [next, id] = addNode(document, kind, { x: Math.round(x), y: Math.round(y) });
    change(next);
    select(id);
  };
  return (
    <ReactFlow<CardNode>
      nodes={nodes}
      edges={edges}
      nodeTypes={types}
      onNodesChange={onNodesChange}
      onNodeDragStart={() => change(document)}
      onConnect={({ source, sourceHandle, target }: Connection) =>
        change(connect(document, source, sourceHandle ?? 'next', target, kinds))
      }
      onEdgesDelete={(gone) =>
        change(
          gone.reduce(
            (current, edge) => connect(current, edge.source, edge.sourceHandle ?? 'next', null, kinds),
            document,
          ),
        )
      }
      onNodesDelete={(gone) => {
        change(
          removeNodes(
            document,
            gone.map((node) => node.id),
            kinds,
          ),
        );
        select(null);
      }}
      onPaneClick={() => select(null)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
      nodesDraggable={editable}
      nodesConnectable={editable}
      deleteKeyCode={editable ? ['Delete', 'Backspace'] : null}
      fitView
      fitViewOptions={{ maxZoom: 1, padding: 0.12 }}
      minZoom={0.2}
      proOptions={{ hideAttribution: false }}
      data-testid="flow-canvas"
    >
      <Background />
      <Controls showInteractive={false} />
      <MiniMap pannable zoomable style={{ width: 130, height: 84 }} />
    </ReactFlow>
  );
}
