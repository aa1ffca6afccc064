import {
  ArrowLeftOutlined,
  CheckCircleOutlined,
  PlayCircleOutlined,
  RedoOutlined,
  SaveOutlined,
  SendOutlined,
  UndoOutlined,
} from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ReactFlowProvider } from '@xyflow/react';
import { App, Button, Input, Segmented, Tag, Tooltip } from 'antd';
import { useContext, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { all, api, ApiError } from '@/shared/api/client';
import type { DataSource, FlowDetail, FlowProblem, NodeKind, Prompt, Voice } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useAddressState } from '@/shared/components/address';
import { useReportError } from '@/shared/components/errors';
import { RoutingProblems, useRoutingProblems } from '@/shared/components/RoutingProblems';
import { useUnsavedGuard } from '@/shared/components/unsaved';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { useRight } from '@/shared/session/session';
import { Canvas } from './Canvas';
import { addNode, emptyDocument, isFlowDocument, placed, removeNodes, type FlowDocument } from './document';
import './flows.css';
import { useHistory } from './history';
import { Inspector } from './Inspector';
import { KindsContext, useKindTexts, useNodeKinds } from './kinds';
import { NamesContext } from './names';
import { icons } from './NodeCard';
import { flowPlace } from './place';
import type { Lit } from './trying/lit';
import { TryPanel } from './trying/TryPanel';
import { usePublishing } from './trying/usePublishing';

export function FlowEditor() {
  const { id = '' } = useParams();
  const flow = useQuery({ queryKey: ['/flows', id], queryFn: () => api.get<FlowDetail>(`/flows/${id}`) });
  const { kinds, ...known } = useNodeKinds();
  if (flow.isPending || known.isPending)
    return (
      <div className="hj-page">
        <LoadingView rows={10} />
      </div>
    );
  if (flow.isError)
    return (
      <div className="hj-page">
        <ErrorView error={flow.error} retry={() => void flow.refetch()} />
      </div>
    );
  if (known.isError)
    return (
      <div className="hj-page">
        <ErrorView error={known.error} retry={() => void known.refetch()} />
      </div>
    );
  return (
    <KindsContext value={kinds}>
      <Editor key={id} flow={flow.data} />
    </KindsContext>
  );
}

function Editor({ flow }: { flow: FlowDetail }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReportError();
  const queryClient = useQueryClient();
  const editable = useRight('admin.flows');
  const { text, change: changeAddress } = useAddressState();
  const kinds = useContext(KindsContext);
  const first = isFlowDocument(flow.draft.document, kinds) ? flow.draft.document : emptyDocument;
  const history = useHistory(first);
  const { document } = history;
  const [saved, setSaved] = useState<FlowDocument>(first);
  const [problems, setProblems] = useState<FlowProblem[] | null>(null);
  const [busy, setBusy] = useState<'save' | 'validate' | 'publish' | null>(null);
  const [broken, setBroken] = useState(false);
  const [lit, setLit] = useState<Lit | null>(null);
  const publishing = usePublishing(flow.id);
  const queues = useOptions('/queues');
  const hours = useOptions('/hours');
  const prompts = useQuery({ queryKey: ['/prompts', 'all'], queryFn: () => all<Prompt>('/prompts') });
  const skills = useOptions('/skills');
  const sources = useQuery({
    queryKey: ['/data-sources', 'all'],
    queryFn: () => all<DataSource>('/data-sources'),
  });
  const voices = useQuery({ queryKey: ['/voices'], queryFn: () => all<Voice>('/voices') });
  const selected = text('node') in document.nodes ? text('node') : null;
  const dirty = document !== saved;
  const select = (node: string | null) => changeAddress({ node }, { replace: true });

  const names = useMemo(
    () => ({
      queues: queues.options,
      hours: hours.options,
      prompts: [...new Set((prompts.data ?? []).map((prompt) => prompt.name))].sort(),
      skills: skills.options,
      sources: sources.data ?? [],
      voices: voices.data ?? [],
      queueName: (wanted: string | undefined) =>
        queues.options.find((one) => one.value === wanted)?.label ?? wanted ?? '',
      hoursName: (wanted: string | undefined) =>
        hours.options.find((one) => one.value === wanted)?.label ?? wanted ?? '',
    }),
    [queues.options, hours.options, prompts.data, skills.options, sources.data, voices.data],
  );
  const met = useRoutingProblems();
  const problemsByNode = useMemo(() => {
    const found = new Map<string, string[]>();
    const add = (node: string, sentence: string) => found.set(node, [...(found.get(node) ?? []), sentence]);
    for (const { node, message: sentence } of problems ?? []) if (node) add(node, sentence);
    for (const one of met) {
      if (one.about !== flow.id) continue;
      const { step, field } = flowPlace(one.place);
      for (const [node, { label }] of Object.entries(document.nodes))
        if (step === (label || node)) add(node, [one.problem, field].filter(Boolean).join(' · '));
    }
    return found;
  }, [problems, met, flow.id, document.nodes]);

  useUnsavedGuard(dirty);

  const run = async (what: 'save' | 'validate' | 'publish', act: () => Promise<void>) => {
    setBusy(what);
    try {
      await act();
    } catch (error) {
      const refused = error instanceof ApiError ? error.detail.problems : undefined;
      if (Array.isArray(refused)) setProblems(refused as FlowProblem[]);
      report(error);
    } finally {
      setBusy(null);
    }
  };
  const store = async () => {
    await api.put(`/flows/${flow.id}/draft`, { document });
    setSaved(document);
  };
  const validate = async (): Promise<FlowProblem[]> => {
    const answer = await api.post<{ problems: FlowProblem[] }>(`/flows/${flow.id}/validate`, { document });
    setProblems(answer.problems);
    return answer.problems;
  };
  const save = () =>
    run('save', async () => {
      await store();
      message.success(t('common.saved'));
    });
  const check = () =>
    run('validate', async () => {
      if ((await validate()).length === 0) message.success(t('flow.noProblems'));
    });
  const publish = () =>
    run('publish', async () => {
      if ((await validate()).some((problem) => problem.severity === 'error')) {
        message.warning(t('flow.mendFirst'));
        return;
      }
      await store();
      if (!(await publishing.publish())) return;
      await queryClient.invalidateQueries({ queryKey: ['/flows'] });
      message.success(t('flow.published'));
    });

  const asJson = text('tab') === 'json';
  const trying = editable && !asJson && text('try') === 'on';
  const openTrying = (open: boolean) => {
    changeAddress({ try: open ? 'on' : null, tab: null });
    if (!open) setLit(null);
  };
  return (
    <NamesContext value={names}>
      <div
        className="hj-flow-editor"
        data-testid="flow-editor"
        onKeyDown={(event) => {
          if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLTextAreaElement) return;
          if (event.key === 's' && editable) {
            event.preventDefault();
            void save();
          } else if (event.key === 'z' && !(event.target instanceof HTMLInputElement)) {
            event.preventDefault();
            if (event.shiftKey) history.redo();
            else history.undo();
          }
        }}
      >
        <header className="hj-flow-head">
          <Link to="/admin/flows">
            <Button type="text" icon={<ArrowLeftOutlined />} aria-label={t('page.flows')} />
          </Link>
          <h1>{flow.name}</h1>
          <Tag>
            {flow.published_version === null
              ? t('flow.neverPublished')
              : t('flow.version', { number: flow.published_version })}
          </Tag>
          {dirty ? <Tag color="orange">{t('flow.unsaved')}</Tag> : null}
          <Segmented
            aria-label={t('live.view')}
            value={asJson ? 'json' : 'canvas'}
            onChange={(value) => changeAddress({ tab: value === 'json' ? 'json' : null })}
            options={[
              { value: 'canvas', label: t('flow.canvas') },
              { value: 'json', label: 'JSON' },
            ]}
          />
          <div className="hj-page-actions">
            {editable ? (
              <>
                <Tooltip title={`${t('flow.undo')} (Ctrl+Z)`}>
                  <Button
                    icon={<UndoOutlined />}
                    disabled={!history.canUndo}
                    onClick={history.undo}
                    aria-label={t('flow.undo')}
                  />
                </Tooltip>
                <Tooltip title={`${t('flow.redo')} (Ctrl+Shift+Z)`}>
                  <Button
                    icon={<RedoOutlined />}
                    disabled={!history.canRedo}
                    onClick={history.redo}
                    aria-label={t('flow.redo')}
                  />
                </Tooltip>
                <Button
                  icon={<PlayCircleOutlined />}
                  onClick={() => openTrying(!trying)}
                  data-testid="try-flow"
                >
                  {t('flowTest.try')}
                </Button>
                <Button
                  icon={<CheckCircleOutlined />}
                  loading={busy === 'validate'}
                  onClick={check}
                  data-testid="validate"
                >
                  {t('flow.check')}
                </Button>
                <Button
                  icon={<SaveOutlined />}
                  loading={busy === 'save'}
                  disabled={!dirty || broken}
                  onClick={save}
                  data-testid="save-draft"
                >
                  {t('flow.saveDraft')}
                </Button>
                <Button
                  type="primary"
                  icon={<SendOutlined />}
                  loading={busy === 'publish'}
                  disabled={broken}
                  onClick={publish}
                  data-testid="publish"
                >
                  {t('flow.publish')}
                </Button>
              </>
            ) : null}
          </div>
        </header>
        <RoutingProblems about={flow.id} />
        {asJson ? (
          <JsonTab document={document} editable={editable} change={history.change} setBroken={setBroken} />
        ) : (
          <div className="hj-flow-body">
            {editable ? (
              <Palette
                add={(kind) => {
                  const places = Object.values(placed(document, kinds));
                  const right = Math.max(0, ...places.map((place) => place.x));
                  // Above everything else, so that it covers nothing.
                  const above = Math.min(0, ...places.map((place) => place.y)) - 200;
                  const [next, node] = addNode(document, kind, { x: right, y: above });
                  history.change(next);
                  select(node);
                }}
              />
            ) : null}
            <div className="hj-flow-canvas">
              <ReactFlowProvider>
                <Canvas
                  document={document}
                  selected={selected}
                  problems={problemsByNode}
                  editable={editable}
                  lit={lit}
                  select={select}
                  change={history.change}
                  move={history.move}
                />
              </ReactFlowProvider>
            </div>
            {trying ? (
              <TryPanel
                flowId={flow.id}
                document={document}
                prompts={prompts.data ?? []}
                select={select}
                light={setLit}
                close={() => openTrying(false)}
              />
            ) : null}
            <aside className="hj-flow-side" hidden={trying && !selected}>
              {selected ? (
                <Inspector
                  key={selected}
                  document={document}
                  id={selected}
                  problems={problemsByNode.get(selected) ?? []}
                  editable={editable}
                  change={(node) =>
                    history.change({ ...document, nodes: { ...document.nodes, [selected]: node } })
                  }
                  makeStart={() => history.change({ ...document, start: selected })}
                  remove={() => {
                    history.change(removeNodes(document, [selected], kinds));
                    select(null);
                  }}
                />
              ) : (
                <p className="hj-faint">{t('flow.chooseNode')}</p>
              )}
            </aside>
          </div>
        )}
        {publishing.dialog}
        {problems && problems.length > 0 ? (
          <Problems problems={problems} document={document} select={select} />
        ) : null}
      </div>
    </NamesContext>
  );
}

function Palette({ add }: { add: (kind: NodeKind) => void }) {
  const { t } = useTranslation();
  const texts = useKindTexts();
  const kinds = [...useContext(KindsContext).values()];
  return (
    <nav className="hj-palette" aria-label={t('flow.palette')}>
      {[...new Set(kinds.map((kind) => kind.group))].map((group) => (
        <section key={group}>
          <h2>{texts.group(group)}</h2>
          <ul>
            {kinds
              .filter((kind) => kind.group === group)
              .map((kind) => (
                <li key={kind.type}>
                  <Tooltip title={texts.help(kind.type)} placement="right" mouseEnterDelay={0.5}>
                    <Button
                      type="text"
                      block
                      icon={icons[kind.icon]}
                      draggable
                      onDragStart={(event) =>
                        event.dataTransfer.setData('application/hujiao-node', kind.type)
                      }
                      onClick={() => add(kind)}
                      data-testid={`add-${kind.type}`}
                    >
                      {texts.title(kind.type)}
                    </Button>
                  </Tooltip>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function Problems({
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

function JsonTab({
  document,
  editable,
  change,
  setBroken,
}: {
  document: FlowDocument;
  editable: boolean;
  change: (document: FlowDocument) => void;
  setBroken: (broken: boolean) => void;
}) {
  const { t } = useTranslation();
  const kinds = useContext(KindsContext);
  const [text, setText] = useState(() => JSON.stringify(document, null, 2));
  const [problem, setProblem] = useState<string | null>(null);
  const apply = (value: string) => {
    setText(value);
    try {
      const parsed: unknown = JSON.parse(value);
      if (!isFlowDocument(parsed, kinds)) throw new SyntaxError(t('flow.notADocument'));
      setProblem(null);
      setBroken(false);
      change(parsed);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : t('flow.notADocument'));
      setBroken(true);
    }
  };
  return (
    <div className="hj-flow-json">
      <Input.TextArea
        className="hj-mono"
        value={text}
        readOnly={!editable}
        spellCheck={false}
        status={problem ? 'error' : ''}
        aria-label="JSON"
        data-testid="flow-json"
        onChange={(event) => apply(event.target.value)}
      />
      {problem ? <p className="hj-check-bad">{problem}</p> : null}
    </div>
  );
}
