import { Input, Modal } from 'antd';
import { useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { offeredActs } from '@/shared/acts/offered';
import { keyName, type KeyedAct } from '@/shared/keys/keys';
import { keyedActsNow, useKeys } from '@/shared/keys/useKeys';
import { bulletinTo } from '@/shared/components/bulletinTo';
import { useLive } from '@/shared/live/hooks';
import { useSessionControl } from '@/shared/session/session';
import { adminPages, areasFor, may, platformPages } from './navigation';
import { useTheme } from './theme-context';

interface Command {
  key: string;
  label: string;
  kind: string;
  run: () => void;
}

const shown = 12;
const nothing = -1; // is marked before the reader says what: Enter alone does nothing
const stepping: KeyedAct[] = ['previousItem', 'nextItem']; // from one to the next by keys alone
const shownInList = (row: HTMLElement | null) => row?.scrollIntoView({ block: 'nearest' });

/** Go anywhere, do anything that one may do, without leaving the keyboard. */
export function CommandBox({ open, onClose }: { open: boolean; onClose: () => void }) {
  const wanted = useRef<Command>(null);
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      closable={false}
      width={560}
      styles={{ container: { padding: 0 } }}
      destroyOnHidden
      style={{ top: 90 }}
      // Then the focus is back in the page, and an act may take it elsewhere.
      afterClose={() => {
        wanted.current?.run();
        wanted.current = null;
      }}
    >
      <CommandList
        onDone={(command) => {
          wanted.current = command;
          onClose();
        }}
      />
    </Modal>
  );
}

function CommandList({ onDone }: { onDone: (command: Command) => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { session, signOut } = useSessionControl();
  const theme = useTheme();
  const agents = useLive((state) => state.view.agents);
  const queues = useLive((state) => state.view.queues);
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(nothing);

  const keys = useKeys();
  // As it was when the box was opened: what is in it does not move under the cursor.
  const [acts] = useState(() => [
    ...keyedActsNow()
      .filter(([act]) => !stepping.includes(act))
      .map(([act, run]) => ({
        key: `act ${act}`,
        label: t(`keys.act.${act}`),
        kind: keyName(keys[act]),
        run,
      })),
    ...offeredActs().map((act) => ({ ...act, kind: undefined })),
  ]);

  const commands = useMemo(() => {
    const go = (path: string) => () => void navigate(path);
    const list: Command[] = acts.map((act) => ({ ...act, kind: act.kind ?? t('command.act') }));
    for (const area of areasFor(session))
      list.push({
        key: area.key,
        label: t(`area.${area.key}`),
        kind: t('command.page'),
        run: go(area.path),
      });
    for (const page of [...adminPages, ...platformPages])
      if (may(session, page.rights))
        list.push({
          key: page.path,
          label: t(`page.${page.key}`),
          kind: t('command.page'),
          run: go(page.path),
        });
    if (session.rights.includes('live.read')) {
      for (const agent of agents.values()) {
        const { id, name, number } = agent;
        list.push({
          key: id,
          label: t('command.agent', { name, number }),
          kind: t('command.kindAgent'),
          run: go(`/live?agent=${id}`),
        });
        if (session.rights.includes('bulletins.persons'))
          list.push({
            key: `message ${id}`,
            label: t('command.messageTo', { name, number }),
            kind: t('command.act'),
            run: go(bulletinTo(number)),
          });
      }
      for (const queue of queues.values())
        list.push({
          key: queue.id,
          label: queue.name,
          kind: t('command.kindQueue'),
          run: go(`/live?queue=${queue.id}`),
        });
    }
    list.push({
      key: 'theme',
      label: t(theme.dark ? 'command.light' : 'command.dark'),
      kind: t('command.act'),
      run: () => theme.choose(theme.dark ? 'light' : 'dark'),
    });
    list.push({
      key: 'sign-out',
      label: t('shell.signOut'),
      kind: t('command.act'),
      run: () => void signOut(),
    });
    return list;
  }, [acts, agents, queues, navigate, session, signOut, t, theme]);

  const found = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    const matching = commands.filter((command) => command.label.toLowerCase().includes(wanted));
    // Digits are most likely somebody's telephone number.
    if (/^\+?\d{3,}$/.test(wanted) && may(session, ['interactions.read.all', 'interactions.read.own']))
      matching.push({
        key: 'number',
        label: t('command.searchNumber', { number: wanted }),
        kind: t('area.interactions'),
        run: () => void navigate(`/interactions?number=${encodeURIComponent(wanted)}`),
      });
    if (wanted.length > 1 && may(session, ['customers.read']))
      matching.push({
        key: 'customer',
        label: t('command.searchCustomer', { text: text.trim() }),
        kind: t('area.customers'),
        run: () => void navigate(`/customers?q=${encodeURIComponent(text.trim())}`),
      });
    return matching.slice(0, shown);
  }, [commands, text, session, navigate, t]);

  const run = (command: Command | undefined) => {
    if (!command) return;
    onDone(command);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const last = found.length - 1;
      if (event.key === 'ArrowDown') setChosen(chosen < last ? chosen + 1 : 0);
      else setChosen(chosen > 0 ? chosen - 1 : last);
    } else if (event.key === 'Enter') run(found[chosen]);
  };
  return (
    <div role="dialog" aria-label={t('command.open')}>
      <div className="hj-command-input">
        <Input
          autoFocus
          variant="borderless"
          size="large"
          placeholder={t(
            session.rights.includes('live.read') ? 'command.placeholder' : 'command.placeholderOwn',
          )}
          value={text}
          data-testid="command-input"
          role="combobox"
          aria-expanded
          aria-controls="commands"
          aria-activedescendant={found[chosen] ? `command-${String(chosen)}` : undefined}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(event.target.value.trim() ? 0 : nothing);
          }}
          onKeyDown={press}
        />
      </div>
      <ul className="hj-command-list" role="listbox" id="commands" aria-label={t('command.open')}>
        {found.map((command, index) => (
          <li
            key={command.key}
            id={`command-${String(index)}`}
            ref={index === chosen ? shownInList : undefined}
            role="option"
            aria-selected={index === chosen}
            // The box may open under a pointer that lies still.
            onMouseMove={(event) => {
              if (event.movementX || event.movementY) setChosen(index);
            }}
            onClick={() => run(command)}
          >
            <span>{command.label}</span>
            <span className="hj-command-kind">{command.kind}</span>
          </li>
        ))}
        {found.length === 0 ? <li className="hj-faint">{t('command.nothing')}</li> : null}
      </ul>
    </div>
  );
}
