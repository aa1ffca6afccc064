import { Button, Popover } from 'antd';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import { useReportError } from '@/shared/components/errors';

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
const shownMost = 16;

/** The keys of the telephone, opened by `children`, the button; keys are clicked or typed. Shut when it cannot be used. */
export function KeyPad({ id, usable, children }: { id: string; usable: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  const report = useReportError();
  const [open, setOpen] = useState(false);
  const [sent, setSent] = useState('');
  const whole = useRef<HTMLSpanElement>(null);
  const pad = useRef<HTMLDivElement>(null);
  // Keys go one after another, in the order of the presses.
  const last = useRef<Promise<unknown>>(Promise.resolve());
  if (open && !usable) setOpen(false);
  useEffect(() => {
    if (open) pad.current?.focus();
  }, [open]);
  const change = (now: boolean) => {
    setOpen(now && usable);
    if (now) setSent('');
  };
  const press = (key: string) => {
    setSent((before) => before + key);
    last.current = last.current
      .then(() => api.post(`/me/interactions/${id}/keys`, { keys: key }))
      .catch(report);
  };
  const typed = (event: KeyboardEvent) => {
    if (!open || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape') {
      change(false);
      whole.current?.querySelector('button')?.focus();
    } else if (keys.includes(event.key)) {
      if (!event.repeat) press(event.key);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const content = (
    <div
      ref={pad}
      tabIndex={-1}
      className="hj-keypad"
      role="group"
      aria-label={t('call.keys')}
      data-testid="keypad"
    >
      <output className="hj-keypad-sent hj-mono" data-testid="keys-sent">
        {sent.slice(-shownMost) || ' '}
      </output>
      {keys.map((key) => (
        <Button key={key} size="large" onClick={() => press(key)} data-testid={`key-${key}`}>
          {key}
        </Button>
      ))}
    </div>
  );
  return (
    // What is typed in the pad, too, comes here: it is drawn elsewhere in the page, but it is a child of this.
    <span ref={whole} className="hj-keypad-whole" onKeyDown={typed}>
      <Popover
        trigger="click"
        placement="bottom"
        open={open}
        onOpenChange={change}
        afterOpenChange={(now) => {
          if (now) pad.current?.focus();
        }}
        content={content}
      >
        {children}
      </Popover>
    </span>
  );
}
