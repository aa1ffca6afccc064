import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ReactFlowProvider } from '@xyflow/react';
import { App } from 'antd';
import { useContext, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api, ApiError } from '@/shared/api/client';
import type { FlowDetail, FlowProblem } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { useReportError } from '@/shared/components/errors';
import { RoutingProblems, useRoutingProblems } from '@/shared/components/RoutingProblems';
import { useUnsavedGuard } from '@/shared/components/unsaved';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { useRight } from '@/shared/session/session';
import { Canvas } from './Canvas';
import { addNode, emptyDocument, isFlowDocument, placed, removeNodes, type FlowDocument } from './document';
import { EditorHead } from './EditorHead';
import './flows.css';
import { useHistory } from './history';
import { Inspector } from './Inspector';
import { JsonTab } from './JsonTab';
import { KindsContext, useNodeKinds } from './kinds';
import { NamesContext, useNames } from './names';
import { Palette } from './Palette';
import { flowPlace } from './place';
import { Problems } from './Problems';

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
  const selected = text('node') in document.nodes ? text('node') : null;
  const dirty = document !== saved;
  const select = (node: string | null) => changeAddress({ node }, { replace: true });

  const names = useNames();
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
      await api.post(`/flows/${flow.id}/publish`);
      await queryClient.invalidateQueries({ queryKey: ['/flows'] });
      message.success(t('flow.published'));
    });

  const asJson = text('tab') === 'json';
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
        <EditorHead
          flow={flow}
          dirty={dirty}
          editable={editable}
          asJson={asJson}
          broken={broken}
          busy={busy}
          history={history}
          showJson={(json) => changeAddress({ tab: json ? 'json' : null })}
          check={check}
          save={save}
          publish={publish}
        />
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
                  select={select}
                  change={history.change}
                  move={history.move}
                />
              </ReactFlowProvider>
            </div>
            <aside className="hj-flow-side">
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
        {problems && problems.length > 0 ? (
          <Problems problems={problems} document={document} select={select} />
        ) : null}
      </div>
    </NamesContext>
  );
}
