import { RightOutlined } from '@ant-design/icons';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowStep, PassedOn } from '@/shared/api/types';

/** How a call came: the steps it took, the keys that were pressed at them, and who had it before. */
export function FlowPath({
  steps,
  passed = [],
  queue,
  tail,
}: {
  steps: FlowStep[];
  passed?: PassedOn[];
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
  for (const one of passed) if (one.from_name) parts.push(t('flowPath.from', { name: one.from_name }));
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
