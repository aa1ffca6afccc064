import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { FlowProblem } from '@/shared/api/types';
import type { FlowDocument } from './document';

/** What is wrong with the flow, each with a way to its step. */
export function Problems({
  problems,
  document,
  select,
}: {
  problems: FlowProblem[];
  document: FlowDocument;
  select: (id: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <section
      className="hj-flow-problems"
      data-severity={problems.some((one) => one.severity === 'error') ? 'error' : 'warning'}
      data-testid="problems"
      role="alert"
    >
      <strong>{t('flow.problems', { number: problems.length })}</strong>
      <ul>
        {problems.map((problem, index) => (
          <li key={index} data-severity={problem.severity}>
            {problem.node && problem.node in document.nodes ? (
              <Button type="link" size="small" onClick={() => select(problem.node ?? '')}>
                {document.nodes[problem.node]?.label || problem.node}
              </Button>
            ) : null}
            <span>{problem.message}</span>
            {problem.field ? <span className="hj-mono hj-faint"> {problem.field}</span> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
