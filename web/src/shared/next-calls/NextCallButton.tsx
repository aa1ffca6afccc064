import { ClockCircleOutlined } from '@ant-design/icons';
import { Button, Popover, Spin } from 'antd';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFocusReturns } from '@/shared/components/focus';
import { serverNow } from '@/shared/format/clock';
import { dayAndMinute } from '@/shared/format/time';
import './next-calls.css';
import { piece } from '@/shared/pieces/piece';

const NextCallEditor = piece(() => import('./NextCallEditor'));

export interface SetCall {
  id: string;
  due_at: string;
  note: string;
}

interface Props {
  customerId: string;
  name: string;
  current: SetCall | null;
  /** Another word than the time that is set. */
  label?: string;
}

/** When the customer is to be called next; a click sets or moves it. */
export function NextCallButton({ customerId, name, current, label }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const late = current !== null && Date.parse(current.due_at) <= serverNow();
  const apart = (event: { stopPropagation: () => void }) => event.stopPropagation();
  return (
    <span onClick={apart} onKeyDown={apart} role="presentation">
      <Popover
        open={open}
        onOpenChange={setOpen}
        trigger="click"
        placement="bottomRight"
        destroyOnHidden
        content={
          <Suspense fallback={<Spin />}>
            <Returning>
              <NextCallEditor customerId={customerId} current={current} close={() => setOpen(false)} />
            </Returning>
          </Suspense>
        }
      >
        <Button
          size="small"
          type={current || label ? 'default' : 'text'}
          icon={<ClockCircleOutlined />}
          className="hj-next-call"
          data-late={late || undefined}
          aria-label={t('nextCall.setFor', { name })}
          aria-expanded={open}
          data-testid="next-call"
        >
          {label ?? (current ? dayAndMinute(current.due_at) : t('nextCall.set'))}
          {late && !label ? <span className="hj-next-call-late">{t('nextCall.overdue')}</span> : null}
        </Button>
      </Popover>
    </span>
  );
}

function Returning({ children }: { children: React.ReactNode }) {
  useFocusReturns();
  return children;
}
