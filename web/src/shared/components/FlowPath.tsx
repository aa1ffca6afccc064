import { RightOutlined } from '@ant-design/icons';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowStep } from '@/shared/api/types';

/** How a call came: the steps it took and the keys that were pressed at them. */
export function FlowPath({
  steps,
  queue,
  tail,
}: {
  steps: FlowStep[];
  queue?: string | null;
  tail?: string | null;
}) {
  const { t } = useTranslation();
  // Only steps that say something to a person: those that took keys, and where the caller is now.
  const telling = steps.filter(
    (step, index) => step.keys || (!queue && step.label && index === steps.length - 1),
  );
  const parts = telling.map((step) =>
    step.keys
      ? t('flowPath.pressed', { keys: step.keys, label: step.label ?? step.node })
      : (step.label ?? step.node),
  );
  if (queue) parts.push(queue);
  if (tail) parts.push(tail);
  if (parts.length === 0) return <span className="hj-faint">{t('flowPath.direct')}</span>;
  return (
    <span className="hj-flow-path">
      {parts.map((part, index) => (
        <Fragment key={`${String(index)}${part}`}>
          {index > 0 ? <RightOutlined className="hj-faint" style={{ fontSize: 9, margin: '0 6px' }} /> : null}
          <span>{part}</span>
        </Fragment>
      ))}
    </span>
  );
}
