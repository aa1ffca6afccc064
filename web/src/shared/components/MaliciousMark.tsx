import { WarningOutlined } from '@ant-design/icons';
import { Button, Input, Popover } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import { useAct } from '@/shared/components/errors';

interface Props {
  id: string;
  marked: boolean;
  reason?: string | null;
  /** By whom and when it was marked, if that is known here. */
  by?: string;
  disabled?: boolean;
  onChanged?: () => void;
}

/** Marks a contact as malicious by one click; afterwards one may say why, or take it back. */
export function MaliciousMark({ id, marked, reason, by, disabled = false, onChanged }: Props) {
  const { t } = useTranslation();
  const { busy, run } = useAct();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState<string | null>(null);
  // What was just done shows at once: the record that says so is on its way.
  const [done, setDone] = useState<{ before: boolean; now: boolean } | null>(null);
  const waiting = done?.before === marked;
  const shown = waiting ? done.now : marked;
  useEffect(() => {
    if (!waiting || !onChanged) return;
    const timer = setInterval(onChanged, 1000);
    return () => clearInterval(timer);
  }, [waiting, onChanged]);
  const path = `/interactions/${id}/malicious`;
  const mark = (why: string) =>
    run(async () => {
      await api.put(path, { reason: why });
      setDone(marked ? null : { before: false, now: true });
      onChanged?.();
    });
  const takeBack = () =>
    run(async () => {
      await api.delete(path);
      setDone(marked ? { before: true, now: false } : null);
      setText(null);
      setOpen(false);
      onChanged?.();
    });
  return (
    <Popover
      trigger="click"
      open={open && shown && !disabled}
      onOpenChange={setOpen}
      placement="bottom"
      title={t('malicious.button')}
      content={
        <div className="hj-malicious">
          {by ? <div className="hj-faint">{by}</div> : null}
          <Input.TextArea
            aria-label={t('malicious.reason')}
            placeholder={t('malicious.reason')}
            autoSize={{ minRows: 2, maxRows: 5 }}
            maxLength={500}
            value={text ?? reason ?? ''}
            onChange={(event) => setText(event.target.value)}
            data-testid="malicious-reason"
          />
          <div className="hj-malicious-foot">
            <Button size="small" onClick={() => void takeBack()} disabled={busy} data-testid="malicious-back">
              {t('malicious.takeBack')}
            </Button>
            <Button
              size="small"
              type="primary"
              loading={busy}
              onClick={() => void mark(text ?? reason ?? '').then(() => setOpen(false))}
              data-testid="malicious-save"
            >
              {t('malicious.save')}
            </Button>
          </div>
        </div>
      }
    >
      <Button
        icon={<WarningOutlined aria-hidden />}
        danger={shown}
        disabled={disabled}
        aria-pressed={shown}
        onClick={() => {
          if (!shown) void mark('');
        }}
        data-testid="malicious"
      >
        {t('malicious.button')}
      </Button>
    </Popover>
  );
}
