import { DeleteOutlined } from '@ant-design/icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Popconfirm } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { all, api } from '@/shared/api/client';
import type { FlowTest, FlowTestResults } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';
import type { FlowDocument } from '../document';
import type { Lit } from './lit';
import { useTryTexts } from './texts';

interface Props {
  flowId: string;
  document: FlowDocument;
  light: (lit: Lit | null) => void;
  select: (node: string | null) => void;
  open: (script: FlowTest['script']) => void;
}

/** The tests that are kept with the flow, what comes of them, and how much of the flow they reach. */
export function TestList({ flowId, document, light, select, open }: Props) {
  const { t } = useTranslation();
  const report = useReportError();
  const queryClient = useQueryClient();
  const tests = useQuery({
    queryKey: ['flow-tests', flowId],
    queryFn: () => all<FlowTest>(`/flows/${flowId}/tests`),
  });
  const run = useMutation({
    mutationFn: (only: string[] | null) =>
      api.post<FlowTestResults>(`/flows/${flowId}/tests/run`, { document, tests: only }),
    onError: report,
  });
  const remove = async (id: string) => {
    try {
      await api.delete(`/flows/${flowId}/tests/${id}`);
      await queryClient.invalidateQueries({ queryKey: ['flow-tests', flowId] });
    } catch (error) {
      report(error);
    }
  };
  const { data } = run;
  useEffect(() => light(data ? reached(data) : null), [data, light]);
  const coverage = data?.coverage;
  return (
    <div className="hj-try-tests" data-testid="flow-tests">
      <Button
        type="primary"
        size="small"
        loading={run.isPending}
        disabled={!tests.data?.length}
        onClick={() => run.mutate(null)}
        data-testid="run-tests"
      >
        {t('flowTest.runAll')}
      </Button>
      {coverage ? (
        <p role="status" data-testid="coverage">
          {t('flowTest.coverage', {
            nodes: coverage.nodes.length,
            allNodes: coverage.all_nodes,
            ways: coverage.ways.length,
            allWays: coverage.all_ways,
          })}
        </p>
      ) : null}
      {tests.data?.length === 0 ? <p className="hj-faint">{t('flowTest.none')}</p> : null}
      <ul>
        {tests.data?.map((test) => {
          const result = data?.tests.find((one) => one.name === test.name);
          return (
            <li key={test.id} data-failed={result ? result.difference !== null : undefined}>
              <div>
                <Button type="link" size="small" onClick={() => open(test.script)}>
                  {test.name}
                </Button>
                {result ? <span>{t(result.difference ? 'flowTest.fails' : 'flowTest.passes')}</span> : null}
                <Button size="small" type="text" onClick={() => run.mutate([test.id])}>
                  {t('flowTest.runOne')}
                </Button>
                <Popconfirm title={t('flowTest.remove')} onConfirm={() => remove(test.id)}>
                  <Button
                    size="small"
                    type="text"
                    icon={<DeleteOutlined />}
                    aria-label={t('flowTest.remove')}
                  />
                </Popconfirm>
              </div>
              {result?.difference ? (
                <Difference difference={result.difference} document={document} select={select} />
              ) : null}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

type Different = NonNullable<FlowTestResults['tests'][number]['difference']>;

function Difference({
  difference,
  document,
  select,
}: {
  difference: Different;
  document: FlowDocument;
  select: (node: string | null) => void;
}) {
  const { t } = useTranslation();
  const texts = useTryTexts();
  const { what, node, name } = difference;
  const said = (value: unknown) => {
    if (what === 'ended') return texts.ended(String(value)) || t('flowTest.stillOn');
    if (what === 'path') return nameOf(document, String(value)) || t('flowTest.nowhere');
    if (what === 'misfit') return value ? texts.waits(value as Parameters<typeof texts.waits>[0]) : '';
    return JSON.stringify(value ?? null);
  };
  return (
    <button type="button" className="hj-try-problem" onClick={() => select(node)} data-testid="difference">
      {texts.difference(what, {
        node: nameOf(document, node),
        name,
        expected: said(difference.expected),
        found: said(difference.found),
      })}
    </button>
  );
}

const nameOf = (document: FlowDocument, id: string) => document.nodes[id]?.label || id;

/** What the tests reach; a test that fails shows where. */
function reached({ tests, coverage }: FlowTestResults): Lit {
  return {
    at: null,
    nodes: new Set(coverage.nodes),
    ways: new Set(coverage.ways.map((way) => way.join(' '))),
    failed: new Set(tests.flatMap((one) => (one.difference ? [one.difference.node] : []))),
  };
}
