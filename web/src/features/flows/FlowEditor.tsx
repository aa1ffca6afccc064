import { useQuery } from '@tanstack/react-query';
import { ReactFlowProvider } from '@xyflow/react';
import { App } from 'antd';
import { useContext, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { api } from '@/shared/api/client';
import type { FlowDetail, FlowProblem } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { RoutingProblems, useRoutingProblems } from '@/shared/components/RoutingProblems';
import { useUnsavedGuard } from '@/shared/components/unsaved';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { useRight } from '@/shared/session/session';
import { Canvas, type Choose, type Target } from './Canvas';
import { mostNodes } from './clipboard';
import { addNode, placed, removeNodes, type Position } from './document';
import { EditorHead, type View } from './EditorHead';
import './flows.css';
import { JoinDialog } from './JoinDialog';
import { JsonTab } from './JsonTab';
import { KeysHelp } from './KeysHelp';
import { KindsContext, useNodeKinds } from './kinds';
import { NamesContext, useNames } from './names';
import { addNote, mostNotes, noteId, noteKey, removeNotes } from './notes';
import { Notices } from './Notices';
import { Palette } from './Palette';
import { flowPlace } from './place';
import { Problems } from './Problems';
import { Search } from './Search';
import { Side } from './Side';
import type { Lit } from './trying/lit';
import { TryPanel } from './trying/TryPanel';
import { isText, useClipboard } from './useClipboard';
import { useDraft } from './useDraft';
import { useDocumentEvents } from './useDocumentEvents';
import { useEditing } from './useEditing';
import { Versions } from './Versions';

export function FlowEditor() {
  const { id = '' } = useParams();
  const flow = useQuery({ queryKey: ['/flows', id], queryFn: () => api.get<FlowDetail>(`/flows/${id}`) });
  const { kinds, ...known } = useNodeKinds();
  const names = useNames(flow.data?.project_id);
  const failed = flow.isError ? flow : known.isError ? known : null;
  if (failed)
    return (
      <div className="hj-page">
        <ErrorView error={failed.error} retry={() => void failed.refetch()} />
      </div>
    );
  if (!flow.data || known.isPending)
    return (
      <div className="hj-page">
        <LoadingView rows={10} />
      </div>
    );
  return (
    <KindsContext value={kinds}>
      <NamesContext value={names}>
        <Editor key={id} flow={flow.data} />
      </NamesContext>
    </KindsContext>
  );
}

function Editor({ flow }: { flow: FlowDetail }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const editable = useRight('admin.flows');
  const kinds = useContext(KindsContext);
  const { text, change: changeAddress } = useAddressState();
  const draft = useDraft(flow, editable);
  const { document, history, checked, theirs } = draft;
  const editing = useEditing(flow.id, draft.dirty, editable);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(text('node') in document.nodes ? [text('node')] : []),
  );
  const [target, setTarget] = useState<Target | null>(null);
  const [broken, setBroken] = useState(false);
  const [searching, setSearching] = useState(false);
  const [helping, setHelping] = useState(false);
  const [listed, setListed] = useState(false);
  const [lit, setLit] = useState<Lit | null>(null);
  const view: View = text('tab') === 'json' || text('tab') === 'versions' ? (text('tab') as View) : 'canvas';
  const trying = editable && view === 'canvas' && text('try') === 'on';
  const problems = useProblemsByNode(flow.id, checked.problems, document.nodes);
  useUnsavedGuard(draft.dirty);

  const only = chosen.size === 1 ? ([...chosen][0] ?? null) : null;
  useEffect(() => {
    if (view === 'canvas') changeAddress({ node: only }, { replace: true });
  }, [only, view, changeAddress]);

  const choose: Choose = (how) => setChosen(how);
  const go = (key: string) => {
    if (view !== 'canvas') changeAddress({ tab: null });
    setChosen(new Set([key]));
    setTarget({ key, time: Date.now() });
  };
  const openTrying = (open: boolean) => {
    changeAddress({ try: open ? 'on' : null, tab: null });
    if (!open) setLit(null);
  };
  const remove = () => {
    const notes = [...chosen].flatMap((key) => noteId(key) ?? []);
    history.change(removeNotes(removeNodes(document, [...chosen], kinds), notes));
    setChosen(new Set());
  };
  const { duplicate } = useClipboard({
    enabled: editable && view === 'canvas' && !theirs,
    document,
    chosen,
    change: history.change,
    choose: (keys) => setChosen(new Set(keys)),
    remove,
  });
  /** Above everything else, so that it covers nothing. */
  const free = (): Position => {
    const places = [
      ...Object.values(placed(document, kinds)),
      ...Object.values(document.notes ?? {}).map((note) => note.position),
    ];
    return {
      x: Math.max(0, ...places.map((place) => place.x)),
      y: Math.min(0, ...places.map((place) => place.y)) - 200,
    };
  };
  const write = () => {
    if (Object.keys(document.notes ?? {}).length >= mostNotes) {
      void message.error(t('flow.tooMany', { nodes: mostNodes, notes: mostNotes }));
      return;
    }
    const [next, id] = addNote(document, free());
    history.change(next);
    go(noteKey(id));
  };
  useDocumentEvents(['keydown'], (event) => {
    // What lies over the editor has keys of its own.
    const inside = event.target instanceof Element && event.target.closest('.hj-flow-editor');
    if (theirs || helping || !(inside || event.target === window.document.body)) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const act = (does: () => void) => {
      event.preventDefault();
      does();
    };
    if (command && key === 's' && editable) act(() => void (broken ? null : draft.save()));
    else if (command && key === 'f' && view === 'canvas') act(() => setSearching(true));
    else if (isText(event.target)) return;
    else if (command && key === 'z' && editable) act(event.shiftKey ? history.redo : history.undo);
    else if (command && key === 'd' && editable && view === 'canvas') act(duplicate);
    else if (command && key === 'a' && view === 'canvas')
      act(() =>
        setChosen(
          new Set([...Object.keys(document.nodes), ...Object.keys(document.notes ?? {}).map(noteKey)]),
        ),
      );
    else if (!command && event.key === '?') act(() => setHelping(true));
    else if (event.key === 'Escape') setChosen(new Set());
  });

  return (
    <div className="hj-flow-editor" data-testid="flow-editor">
      <EditorHead
        flow={flow}
        draft={draft}
        editable={editable}
        view={view}
        broken={broken}
        show={(wanted) => changeAddress({ tab: wanted === 'canvas' ? null : wanted })}
        help={() => setHelping(true)}
        tryIt={() => openTrying(!trying)}
        others={editing?.others ?? []}
      />
      <RoutingProblems about={flow.id} />
      <Notices draft={draft} editing={editing} />
      {view === 'json' ? (
        <JsonTab document={document} editable={editable} change={history.change} setBroken={setBroken} />
      ) : view === 'versions' ? (
        <Versions
          flow={flow}
          draft={document}
          editable={editable}
          take={(version) => {
            history.change(version);
            changeAddress({ tab: null, version: null, against: null });
            void message.success(t('flow.taken'));
          }}
        />
      ) : (
        <div className="hj-flow-body">
          {editable ? (
            <Palette
              add={(kind) => {
                const [next, node] = addNode(document, kind, free());
                history.change(next);
                setChosen(new Set([node]));
              }}
              write={write}
            />
          ) : null}
          <div className="hj-flow-canvas">
            <ReactFlowProvider>
              <Canvas
                document={document}
                chosen={chosen}
                choose={choose}
                target={target}
                problems={problems}
                lit={trying ? lit : null}
                change={editable ? history.change : undefined}
                move={editable ? history.move : undefined}
              >
                {searching ? <Search document={document} go={go} close={() => setSearching(false)} /> : null}
              </Canvas>
            </ReactFlowProvider>
          </div>
          {trying ? (
            <TryPanel
              flowId={flow.id}
              document={document}
              select={(node) => (node ? go(node) : setChosen(new Set()))}
              light={setLit}
              close={() => openTrying(false)}
            />
          ) : null}
          <aside className="hj-flow-side" hidden={trying && chosen.size === 0}>
            <Side
              document={document}
              chosen={chosen}
              problems={problems}
              change={editable ? history.change : undefined}
              duplicate={duplicate}
              remove={remove}
            />
          </aside>
        </div>
      )}
      {editable ? (
        <Problems
          problems={checked.problems}
          state={checked.state}
          document={document}
          open={listed || draft.asked}
          setOpen={(wanted) => {
            setListed(wanted);
            draft.setAsked(false);
          }}
          go={go}
        />
      ) : null}
      {theirs ? (
        <JoinDialog
          base={draft.base.document}
          mine={document}
          theirs={theirs}
          busy={draft.busy === 'save'}
          keepMine={() => void draft.keepMine(theirs)}
          takeTheirs={() => draft.takeTheirs(theirs)}
          takeJoined={(joined) => draft.takeJoined(theirs, joined)}
          later={draft.later}
        />
      ) : null}
      {draft.dialog}
      {helping ? <KeysHelp close={() => setHelping(false)} /> : null}
    </div>
  );
}

/** What the check found and what calls met, by step. */
function useProblemsByNode(
  flowId: string,
  problems: readonly FlowProblem[] | null,
  nodes: Record<string, { label?: string }>,
): ReadonlyMap<string, readonly FlowProblem[]> {
  const met = useRoutingProblems();
  // The labels alone: what is moved or set else changes nothing here, and nothing is drawn anew.
  const labels = JSON.stringify(Object.entries(nodes).map(([id, { label }]) => [id, label || id]));
  return useMemo(() => {
    const found = new Map<string, FlowProblem[]>();
    const add = (node: string, problem: FlowProblem) =>
      found.set(node, [...(found.get(node) ?? []), problem]);
    for (const problem of problems ?? []) if (problem.node) add(problem.node, problem);
    for (const one of met) {
      if (one.about !== flowId) continue;
      const { step, field } = flowPlace(one.place);
      const sentence = [one.problem, field].filter(Boolean).join(' · ');
      for (const [node = '', label] of JSON.parse(labels) as [string, string][])
        if (step === label) add(node, { severity: 'error', node, field, message: sentence });
    }
    return found;
  }, [problems, met, flowId, labels]);
}
