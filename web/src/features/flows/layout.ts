import type { FlowDocument, Kinds } from './document';
import { edgesOf } from './difference';

export interface Size {
  width: number;
  height: number;
}

const usual: Size = { width: 196, height: 110 };

/** The document with its steps in columns from the first, ways crossing as little as may be. Notes stay. */
export async function arranged(
  document: FlowDocument,
  sizes: Readonly<Record<string, Size>>,
  kinds: Kinds,
): Promise<FlowDocument> {
  const { default: dagre } = await import('@dagrejs/dagre');
  const graph = new dagre.graphlib.Graph().setGraph({ rankdir: 'LR', nodesep: 40, ranksep: 90 });
  for (const id of Object.keys(document.nodes)) graph.setNode(id, { ...(sizes[id] ?? usual) });
  for (const { source, target } of edgesOf(document, kinds))
    if (source !== target) graph.setEdge(source, target, {});
  dagre.layout(graph);
  const nodes = Object.entries(document.nodes).map(([id, node]) => {
    const { x, y, width, height } = graph.node(id) as Size & { x: number; y: number };
    return [id, { ...node, position: { x: Math.round(x - width / 2), y: Math.round(y - height / 2) } }];
  });
  return { ...document, nodes: Object.fromEntries(nodes) as FlowDocument['nodes'] };
}
