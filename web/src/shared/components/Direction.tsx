import { ArrowDownOutlined, ArrowUpOutlined, RollbackOutlined, SwapOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useCodeLabel } from './labels';

const icons: Record<string, ReactNode> = {
  inbound: <ArrowDownOutlined aria-hidden />,
  outbound: <ArrowUpOutlined aria-hidden />,
  callback: <RollbackOutlined aria-hidden />,
  internal: <SwapOutlined aria-hidden />,
};

/** Which way a contact went, as icon and word. */
export function Direction({ value }: { value: string }) {
  const label = useCodeLabel();
  return (
    <span className="hj-nowrap" data-testid="direction-mark" data-direction={value}>
      {icons[value]} {label('direction', value)}
    </span>
  );
}
