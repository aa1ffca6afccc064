import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FlowProblem } from '@/shared/api/types';
import type { FlowDocument } from './document';
import type { CheckState } from './useProblems';

interface Props {
  problems: readonly FlowProblem[] | null;
  state: CheckState;
  document: FlowDocument;
  open: boolean;
  setOpen: (open: boolean) => void;
  go: (id: string) => void;
}

/** How many problems the flow has, in a line that is always there; opened, each with a way to its step. */
export function Problems({ problems, state, document, open, setOpen, go }: Props) {
  const { t } = useTranslation();
  const found = problems ?? [];
  const errors = found.filter((one) => one.severity === 'error').length;
  const worst = errors > 0 ? 'error' : found.length > 0 ? 'warning' : 'none';
  return (
    <section className="hj-flow-problems" data-severity={worst}>
      <p role="status">
        {state === 'failed'
          ? t('flow.checkFailed')
          : problems === null
            ? t('flow.checking')
            : found.length === 0
              ? t('flow.noProblems')
              : t('flow.problemCount', { errors, warnings: found.length - errors })}
        {found.length > 0 ? (
          <Button
            type="link"
            size="small"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
            data-testid="show-problems"
          >
            {t(open ? 'flow.hideProblems' : 'flow.showProblems')}
          </Button>
        ) : null}
      </p>
      {open && found.length > 0 ? (
        <ul data-testid="problems">
          {found.map((problem, index) => (
            <li key={index} data-severity={problem.severity}>
              <span role="img" aria-label={t(`flow.severity.${problem.severity}`)}>
                {problem.severity === 'error' ? '✕' : '!'}
              </span>{' '}
              {problem.node && problem.node in document.nodes ? (
                <Button type="link" size="small" onClick={() => go(problem.node ?? '')}>
                  {document.nodes[problem.node]?.label || problem.node}
                </Button>
              ) : null}
              <span>{problem.message}</span>
              {problem.field ? <span className="hj-mono hj-faint"> {problem.field}</span> : null}
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
