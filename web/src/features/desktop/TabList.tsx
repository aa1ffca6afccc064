import { useId, type KeyboardEvent, type ReactNode } from 'react';

interface Tab<Key extends string> {
  key: Key;
  label: string;
  disabled?: boolean;
  content: ReactNode;
}

interface Props<Key extends string> {
  label: string;
  tabs: Tab<Key>[];
  chosen: Key;
  choose: (key: Key) => void;
}

/** Tabs and their panels, which keep what was typed while others are shown; arrow keys, Home and End choose. */
export function TabList<Key extends string>({ label, tabs, chosen, choose }: Props<Key>) {
  const id = useId();
  const open = tabs.filter((tab) => !tab.disabled);
  const press = (event: KeyboardEvent<HTMLElement>) => {
    const at = open.findIndex((tab) => tab.key === chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + open.length, Home: 0, End: open.length - 1 }[
      event.key
    ];
    const next = to === undefined ? undefined : open[to % open.length];
    if (!next) return;
    event.preventDefault();
    choose(next.key);
    document.getElementById(`${id}${next.key}`)?.focus();
  };
  return (
    <>
      <div role="tablist" aria-label={label} className="hj-tabs" onKeyDown={press}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}${tab.key}`}
            aria-controls={`${id}${tab.key}-panel`}
            aria-selected={tab.key === chosen}
            tabIndex={tab.key === chosen ? 0 : -1}
            disabled={tab.disabled}
            onClick={() => choose(tab.key)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      {tabs.map((tab) => (
        <div
          key={tab.key}
          role="tabpanel"
          id={`${id}${tab.key}-panel`}
          aria-labelledby={`${id}${tab.key}`}
          hidden={tab.key !== chosen}
        >
          {tab.content}
        </div>
      ))}
    </>
  );
}
