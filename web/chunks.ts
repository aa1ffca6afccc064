/**
 * What is loaded in any case, until somebody can sign in and then until an agent's desktop is ready, beside what these
 * import: a file each, for what is compressed together is smaller.
 */
const roots = {
  start: ['src/app/main.tsx', 'src/features/sign-in/SignIn.tsx'],
  desk: [
    'src/features/desktop/Desktop.tsx',
    'src/features/desktop/AgentStrip.tsx',
    'src/features/desktop/PhoneHost.tsx',
    'src/features/desktop/SignInToWork.tsx',
    'src/features/desktop/DevicePicker.tsx',
    'src/features/desktop/aids/Aids.tsx',
    'src/features/desktop/chats/ChatHost.tsx',
    'src/features/bulletins/BulletinBell.tsx',
  ],
};

interface Graph {
  getModuleInfo: (id: string) => { importedIds: readonly string[] } | null;
}

const chunks = new Map<string, string>();

function gather(id: string, name: string, graph: Graph): void {
  if (chunks.has(id) || id.includes('node_modules')) return;
  chunks.set(id, name);
  graph.getModuleInfo(id)?.importedIds.forEach((next) => gather(next, name, graph));
}

/** The file that a module goes into; null: as usual, by who imports it. */
export function chunkOf(id: string, graph: Graph): string | null {
  if (chunks.size === 0)
    for (const [name, modules] of Object.entries(roots))
      for (const one of modules) gather(new URL(one, import.meta.url).pathname, name, graph);
  return chunks.get(id) ?? null;
}
