/** What the three examples share: who calls, their addresses and recent orders, and what is written down. */
import { desktopOrigin } from './config.js';
import { connect } from './hujiao.js';

const texts = {
  offered: '来话',
  connected: '通话中',
  ended: '通话已结束',
};
const at = (name) => document.querySelector(`[data-name="${name}"]`);

/** Puts texts into the page, never markup: what comes from a caller stays text. */
function show(name, text) {
  const place = at(name);
  if (place) place.textContent = text ?? '';
}

function rows(name, lines, columns) {
  const body = at(name);
  if (!body) return;
  body.replaceChildren(
    ...lines.map((line) => {
      const row = document.createElement('tr');
      for (const column of columns) row.insertCell().textContent = line[column] ?? '';
      return row;
    }),
  );
}

const orders = { lines: [], found: [] };

function search(text) {
  orders.found = orders.lines.filter((line) => Object.values(line).some((value) => String(value).includes(text)));
  rows('orders', orders.found, ['order', 'at', 'place', 'receiver', 'station']);
}

const desktop = connect(desktopOrigin, (message) => {
  if (message.type in texts) {
    const { parameters } = message;
    document.body.dataset.state = message.type;
    show('state', texts[message.type]);
    show('caller', parameters.caller);
    show('customer', parameters['customer.name'] || '未登记');
    show('agent', parameters.agent_number);
    show('queue', parameters.queue);
    show('keys', parameters.keys);
  }
  if (message.type === 'answer' && message.source === 'orders') {
    orders.lines = message.rows;
    search(at('search')?.value ?? '');
  }
  if (message.type === 'answer' && message.source === 'addresses') rows('addresses', message.rows, ['address']);
});

at('search')?.addEventListener('input', ({ target }) => search(target.value));
for (const form of document.forms)
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const said = [...new FormData(form).values()].filter(Boolean).join('，');
    const { ok, problem } = await desktop.note(`${document.title}：${said}`);
    show('result', ok ? '已写入小结' : `未写入：${problem}`);
  });
at('call-back')?.addEventListener('click', async () => {
  const { ok, problem } = await desktop.dial(at('caller').textContent);
  show('result', ok ? '正在呼出' : `未呼出：${problem}`);
});
for (const button of document.querySelectorAll('[data-open]'))
  button.addEventListener('click', () => void desktop.open(button.dataset.open));
