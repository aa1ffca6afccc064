import { CloseOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Segmented } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { all, api } from '@/shared/api/client';
import type { FlowAct, FlowScript, FlowWalk, Prompt } from '@/shared/api/types';
import { useErrorText, useReportError } from '@/shared/components/errors';
import { currentLanguage } from '@/shared/i18n';
import type { FlowDocument } from '../document';
import { Acts } from './Acts';
import { CallerForm } from './CallerForm';
import { ownStep, pathOf, type Lit } from './lit';
import { TestList } from './TestList';
import { Transcript } from './Transcript';
import './trying.css';

interface Props {
  flowId: string;
  document: FlowDocument;
  select: (node: string | null) => void;
  light: (lit: Lit | null) => void;
  close: () => void;
}

const firstScript: FlowScript = {
  caller: '13800138000',
  called: '95001',
  language: currentLanguage(),
  at: null,
  draw: 0,
  acts: [],
};
const settleMilliseconds = 400;
// What is played is heard to its end so often before somebody looks what is wrong.
const mostPlayed = 40;

/** A telephone for the flow as it is drawn: the caller's acts, what they hear, and the path on the canvas. */
export function TryPanel({ flowId, document, select, light, close }: Props) {
  const { t } = useTranslation();
  const text = useErrorText();
  const report = useReportError();
  const [tab, setTab] = useState<'walk' | 'tests'>('walk');
  const [script, setScript] = useState(firstScript);
  const [cursor, setCursor] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const drawn = useMemo(() => withoutPlaces(document), [document]);
  const bare = useSettled(drawn);
  const tried = (wanted: FlowScript) =>
    api.post<FlowWalk>(`/flows/${flowId}/try`, { document: bare, script: wanted });
  const walk = useQuery({
    queryKey: ['try-flow', flowId, bare, script],
    queryFn: () => tried(script),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const { data } = walk;
  const prompts = useQuery({ queryKey: ['/prompts', 'all'], queryFn: () => all<Prompt>('/prompts') });

  useEffect(() => {
    if (tab === 'walk') light(data && !walk.isError ? pathOf(data, cursor) : null);
  }, [data, walk.isError, cursor, tab, light]);

  const change = (wanted: FlowScript) => {
    setCursor(null);
    setScript(wanted);
  };
  const act = (one: FlowAct) => change({ ...script, acts: [...script.acts, one] });
  const runOn = async () => {
    setBusy(true);
    try {
      let wanted = script;
      for (let count = 0, now = data; count < mostPlayed && goesOn(now); count += 1) {
        wanted = { ...wanted, acts: [...wanted.acts, { do: 'wait' }] };
        now = await tried(wanted);
      }
      change(wanted);
    } catch (error) {
      report(error);
    } finally {
      setBusy(false);
    }
  };
  const askSource = async () => {
    setBusy(true);
    try {
      act(await api.post<FlowAct>(`/flows/${flowId}/try/look-up`, { document: bare, script }));
    } catch (error) {
      report(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <aside className="hj-try" data-testid="try-panel" aria-label={t('flowTest.try')}>
      <header>
        <Segmented
          value={tab}
          onChange={setTab}
          options={[
            { value: 'walk', label: t('flowTest.try') },
            { value: 'tests', label: t('flowTest.tests') },
          ]}
        />
        <Button type="text" icon={<CloseOutlined />} onClick={close} aria-label={t('common.close')} />
      </header>
      {tab === 'tests' ? (
        <TestList
          flowId={flowId}
          document={bare}
          light={light}
          select={select}
          open={(one) => {
            change({ ...firstScript, ...one });
            setTab('walk');
          }}
        />
      ) : (
        <>
          <CallerForm script={script} change={change} />
          {walk.isError ? (
            <Alert
              type="error"
              title={text(walk.error)}
              action={
                script.acts.length > 0 ? (
                  <Button size="small" onClick={() => change(shorter(script))}>
                    {t('flowTest.back')}
                  </Button>
                ) : null
              }
            />
          ) : null}
          {data && !walk.isError ? (
            <>
              <Transcript
                walk={data}
                script={script}
                document={document}
                prompts={prompts.data ?? []}
                cursor={cursor}
                choose={(at) => {
                  setCursor(at);
                  if (at !== null) select(ownStep(data.steps, at)?.node ?? null);
                }}
              />
              <Acts
                key={data.question?.source}
                flowId={flowId}
                walk={data}
                script={script}
                busy={busy || walk.isFetching}
                act={act}
                back={() => change(shorter(script))}
                again={() => change({ ...script, acts: [] })}
                runOn={runOn}
                askSource={askSource}
              />
            </>
          ) : null}
        </>
      )}
    </aside>
  );
}

/** What has stood for a moment: while somebody types, nothing is walked. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMilliseconds);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Whether something plays on, or a message is recorded, without the caller doing anything. */
const goesOn = (walk: FlowWalk | undefined) =>
  walk?.misfit === null && (walk.waits === 'playing' || walk.waits === 'recording');

const shorter = (script: FlowScript): FlowScript => ({ ...script, acts: script.acts.slice(0, -1) });

/** Where the nodes stand on the canvas is nothing to the caller. */
function withoutPlaces(document: FlowDocument): FlowDocument {
  const nodes = Object.entries(document.nodes).map(([id, node]) => [id, { ...node, position: null }]);
  return { ...document, nodes: Object.fromEntries(nodes) as FlowDocument['nodes'] };
}
