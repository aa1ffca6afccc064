import { ExclamationCircleFilled } from '@ant-design/icons';
import type { ReactNode } from 'react';

/** Says in place of a screen why there is none, and what to do. */
export function Notice({
  title,
  hint,
  action,
  testId,
}: {
  title: ReactNode;
  hint?: ReactNode;
  action?: ReactNode;
  testId?: string;
}) {
  return (
    <div className="hj-notice" data-testid={testId}>
      <ExclamationCircleFilled className="hj-notice-mark" aria-hidden />
      <div className="hj-notice-title">{title}</div>
      {hint ? <div className="hj-quiet">{hint}</div> : null}
      {action ? <div className="hj-notice-action">{action}</div> : null}
    </div>
  );
}
