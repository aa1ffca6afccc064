/** The desktop's side of a linked page: see docs/developers/linked-pages.md.
 *
 *  const desktop = connect('https://hujiao.example.com', (message) => …);
 *  desktop.note('Order 4711 taken');
 */
export function connect(origin, on) {
  const waiting = new Map();
  let last = 0;
  addEventListener('message', ({ origin: from, data }) => {
    if (from !== origin || data?.hujiao !== 1) return;
    if (data.type === 'done') {
      waiting.get(data.id)?.(data);
      waiting.delete(data.id);
    } else on(data);
  });
  const send = (message) => parent.postMessage({ hujiao: 1, ...message }, origin);
  /** Resolves with `{ ok, problem }`. */
  const ask = (message) =>
    new Promise((resolve) => {
      const id = String(++last);
      waiting.set(id, resolve);
      send({ ...message, id });
    });
  send({ type: 'ready' });
  return {
    dial: (number) => ask({ type: 'dial', number }),
    note: (text) => ask({ type: 'note', text }),
    open: (page) => ask({ type: 'open', page }),
  };
}
