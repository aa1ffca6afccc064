/** Flow document, version 1, and the pure operations of its editor on it. */

export const nodeTypes = [
  'answer',
  'play',
  'say',
  'menu',
  'collect',
  'set',
  'branch',
  'hours',
  'split',
  'look_up',
  'queue',
  'call_back',
  'return',
  'queue_figures',
  'transfer',
  'record_message',
  'hang_up',
] as const;
export type NodeType = (typeof nodeTypes)[number];

export interface Position {
  x: number;
  y: number;
}

export interface FlowNode {
  type: NodeType;
  label?: string;
  position?: Position | null;
  next?: string;
  keys?: Record<string, string>;
  cases?: { when: string; next: string }[];
  otherwise?: string;
  on_timeout?: string | null;
  on_invalid?: string | null;
  on_failure?: string | null;
  after?: string | null;
  prompts?: string[];
  text?: string;
  queue?: string;
  hours?: string;
  variable?: string;
  to?: string;
  number?: string;
  values?: Record<string, string>;
  branches?: { percent: number; label?: string; next: string }[];
  by?: 'interaction' | 'caller';
  source?: string;
  parameters?: Record<string, string>;
  prefix?: string;
  needs?: Record<string, string>;
  [field: string]: unknown;
}

export interface FlowDocument {
  version: 1;
  start: string;
  nodes: Record<string, FlowNode>;
}

/** One way out of a node: `next`, `on_timeout`, `keys.1`, `cases.0`, … and where it leads. */
export interface Exit {
  handle: string;
  target: string | null;
}

export const emptyDocument: FlowDocument = {
  version: 1,
  start: 'answer',
  nodes: {
    answer: { type: 'answer', label: '', next: 'hang_up', position: { x: 0, y: 0 } },
    hang_up: { type: 'hang_up', label: '', position: { x: 280, y: 0 } },
  },
};

const plainExits: Record<NodeType, string[]> = {
  answer: ['next'],
  play: ['next'],
  say: ['next'],
  menu: ['on_timeout', 'on_invalid'],
  collect: ['next', 'on_timeout'],
  set: ['next'],
  branch: ['otherwise'],
  hours: ['open', 'closed', 'holiday', 'emergency'],
  split: [],
  look_up: ['next', 'on_not_found', 'on_failure'],
  queue: ['on_timeout', 'after'],
  call_back: ['next', 'on_failure'],
  return: [],
  queue_figures: ['next'],
  transfer: ['on_failure'],
  record_message: ['next'],
  hang_up: [],
};

export function isFlowDocument(value: unknown): value is FlowDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { start, nodes } = value as Partial<FlowDocument>;
  return (
    typeof start === 'string' &&
    typeof nodes === 'object' &&
    Object.values(nodes).every((node) => nodeTypes.includes((node as Partial<FlowNode>).type as NodeType))
  );
}

export function exitsOf(node: FlowNode): Exit[] {
  const exits: Exit[] = [];
  for (const [key, target] of Object.entries(node.keys ?? {}))
    exits.push({ handle: `keys.${key}`, target: target || null });
  node.cases?.forEach((one, index) =>
    exits.push({ handle: `cases.${String(index)}`, target: one.next || null }),
  );
  node.branches?.forEach((one, index) =>
    exits.push({ handle: `branches.${String(index)}`, target: one.next || null }),
  );
  for (const name of plainExits[node.type]) {
    const target = node[name];
    exits.push({ handle: name, target: typeof target === 'string' && target ? target : null });
  }
  return exits;
}

/** Leads a way out to a node, or nowhere. */
export function withExit(node: FlowNode, handle: string, target: string | null): FlowNode {
  const [field = '', part = ''] = handle.split('.');
  if (field === 'keys') return { ...node, keys: { ...node.keys, [part]: target ?? '' } };
  if (field === 'cases')
    return {
      ...node,
      cases: node.cases?.map((one, index) => (index === Number(part) ? { ...one, next: target ?? '' } : one)),
    };
  if (field === 'branches')
    return {
      ...node,
      branches: node.branches?.map((one, index) =>
        index === Number(part) ? { ...one, next: target ?? '' } : one,
      ),
    };
  // The ways that a document may leave out are null, the others must lead somewhere and say so when checked.
  const optional = !['next', 'otherwise', 'open', 'closed'].includes(field);
  return { ...node, [field]: target ?? (optional ? null : '') };
}

export function patchNode(document: FlowDocument, id: string, change: Partial<FlowNode>): FlowDocument {
  const node = document.nodes[id];
  return node ? { ...document, nodes: { ...document.nodes, [id]: { ...node, ...change } } } : document;
}

export function connect(
  document: FlowDocument,
  source: string,
  handle: string,
  target: string | null,
): FlowDocument {
  const node = document.nodes[source];
  return node
    ? { ...document, nodes: { ...document.nodes, [source]: withExit(node, handle, target) } }
    : document;
}

export function newNode(type: NodeType): FlowNode {
  const fields: Record<NodeType, Partial<FlowNode>> = {
    answer: { next: '' },
    play: { prompts: [], barge_in: false, next: '' },
    say: { text: '', next: '' },
    menu: { prompts: [], keys: { '1': '' }, timeout_seconds: 5, tries: 3 },
    collect: {
      prompts: [],
      variable: 'digits',
      min_digits: 1,
      max_digits: 20,
      terminator: '#',
      restart_key: '*',
      timeout_seconds: 5,
      tries: 3,
      secret: false,
      next: '',
    },
    set: { values: { name: '""' }, next: '' },
    branch: { cases: [{ when: 'true', next: '' }], otherwise: '' },
    hours: { hours: '', open: '', closed: '' },
    split: {
      branches: [
        { percent: 50, next: '' },
        { percent: 50, next: '' },
      ],
      by: 'interaction',
    },
    look_up: { source: '', parameters: {}, prefix: '', next: '' },
    queue: { queue: '', priority: 0 },
    call_back: {
      queue: '',
      number: '',
      first: 'agent',
      ring_seconds: 30,
      most_tries: 3,
      retry_seconds: 300,
      expires_seconds: 28800,
      next: '',
    },
    return: {},
    queue_figures: { queue: '', next: '' },
    transfer: { to: '', timeout_seconds: 30 },
    record_message: { prompts: [], max_seconds: 120, silence_seconds: 10, variable: 'message', next: '' },
    hang_up: { cause: 16 },
  };
  return { type, label: '', ...fields[type] };
}

export function addNode(document: FlowDocument, type: NodeType, position: Position): [FlowDocument, string] {
  let id: string = type;
  for (let number = 2; id in document.nodes; number += 1) id = `${type}_${String(number)}`;
  return [{ ...document, nodes: { ...document.nodes, [id]: { ...newNode(type), position } } }, id];
}

/** Takes nodes out; ways that led to them lead nowhere. The first node stays. */
export function removeNodes(document: FlowDocument, ids: string[]): FlowDocument {
  const gone = new Set(ids.filter((id) => id !== document.start));
  const nodes: Record<string, FlowNode> = {};
  for (const [id, node] of Object.entries(document.nodes)) {
    if (gone.has(id)) continue;
    nodes[id] = exitsOf(node)
      .filter((exit) => exit.target !== null && gone.has(exit.target))
      .reduce((changed, exit) => withExit(changed, exit.handle, null), node);
  }
  return { ...document, nodes };
}

const columnWidth = 280;
const rowHeight = 190;

/** Gives a place to nodes that have none: column by distance from the start, row by order of arrival. */
export function placed(document: FlowDocument): Record<string, Position> {
  const places: Record<string, Position> = {};
  const depth = new Map<string, number>([[document.start, 0]]);
  const waiting = [document.start];
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const node = document.nodes[id];
    if (!node) continue;
    for (const { target } of exitsOf(node)) {
      if (target === null || depth.has(target) || !(target in document.nodes)) continue;
      depth.set(target, (depth.get(id) ?? 0) + 1);
      waiting.push(target);
    }
  }
  const rows = new Map<number, number>();
  for (const [id, node] of Object.entries(document.nodes)) {
    const column = depth.get(id) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    places[id] = node.position ?? { x: column * columnWidth, y: row * rowHeight };
  }
  return places;
}
