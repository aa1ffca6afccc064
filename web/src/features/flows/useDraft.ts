import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';
import { useContext, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '@/shared/api/client';
import type { FlowDetail, FlowProblem } from '@/shared/api/types';
import { useReportError } from '@/shared/components/errors';
import { useSession } from '@/shared/session/session';
import { emptyDocument, isFlowDocument, type FlowDocument } from './document';
import { useHistory } from './history';
import { forgetDraft, keepDraft, leftDraft, ownName } from './keeping';
import { KindsContext } from './kinds';
import { usePublishing } from './trying/usePublishing';
import { useProblems } from './useProblems';

export type Busy = 'save' | 'validate' | 'publish' | 'compare' | null;

// So often a page with changes says that it is open.
const aliveMilliseconds = 30_000;

/** What the server had when the changes began. */
interface Base {
  document: FlowDocument;
  revision: number;
}

/** The draft in work: its history, what of it is saved, what is wrong with it, and what others saved meanwhile. */
export function useDraft(flow: FlowDetail, editable: boolean) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReportError();
  const queryClient = useQueryClient();
  const kinds = useContext(KindsContext);
  const account = useSession().account.id;
  const [base, setBase] = useState<Base>(() => ({
    document: isFlowDocument(flow.draft.document, kinds) ? flow.draft.document : emptyDocument,
    revision: flow.draft.revision,
  }));
  const history = useHistory(base.document);
  const { document } = history;
  const own = ownName(account, flow.id);
  const [kept, setKept] = useState(() => (editable ? leftDraft(account, flow.id, kinds, Date.now()) : null));
  const [theirs, setTheirs] = useState<FlowDetail | null>(null);
  const [busy, setBusy] = useState<Busy>(null);
  const [asked, setAsked] = useState(false); // somebody asked for the problems: they are listed
  const dirty = document !== base.document;
  const checked = useProblems(flow.id, document, editable);
  const publishing = usePublishing(flow.id);

  useEffect(() => {
    if (!dirty) return;
    const draft = { base: base.document, revision: base.revision, document, at: new Date().toISOString() };
    const keep = () => keepDraft(own, draft, Date.now());
    const timer = setTimeout(keep, 500);
    const alive = setInterval(keep, aliveMilliseconds);
    return () => {
      clearTimeout(timer);
      clearInterval(alive);
    };
  }, [dirty, own, base, document]);

  const run = async (what: Busy, act: () => Promise<void>) => {
    setBusy(what);
    try {
      await act();
    } catch (error) {
      const refused = error instanceof ApiError ? error.detail.problems : undefined;
      if (Array.isArray(refused)) {
        checked.tell(refused as FlowProblem[]);
        setAsked(true);
      }
      report(error);
    } finally {
      setBusy(null);
    }
  };
  /** Runs what names a revision; when another stands, both are shown, and the answer is null. */
  const unlessChanged = async (act: () => Promise<FlowDetail | null>): Promise<FlowDetail | null> => {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 'draft_changed')) throw error;
      setTheirs(await api.get<FlowDetail>(`/flows/${flow.id}`));
      return null;
    }
  };
  /** The revision under which the document is saved now. */
  const stored = async (wanted: FlowDocument, revision: number): Promise<number | null> => {
    const path = `/flows/${flow.id}/draft`;
    const saved = await unlessChanged(() => api.put<FlowDetail>(path, { document: wanted, revision }));
    if (!saved) return null;
    setBase({ document: wanted, revision: saved.draft.revision });
    forgetDraft(own);
    setTheirs(null);
    queryClient.setQueryData(['/flows', flow.id], saved); // the list of versions says who saved the draft
    return saved.draft.revision;
  };
  const begin = (from: Base, wanted: FlowDocument) => {
    history.begin(wanted);
    setBase(from);
    setTheirs(null);
  };
  const asDocument = (value: unknown) => (isFlowDocument(value, kinds) ? value : emptyDocument);
  return {
    history,
    document,
    base,
    dirty,
    busy,
    kept,
    theirs,
    checked,
    asked,
    setAsked,
    /** Asks for what an act needs to know. */
    dialog: publishing.dialog,
    save: () =>
      busy || !dirty
        ? Promise.resolve()
        : run('save', async () => {
            if ((await stored(document, base.revision)) !== null) void message.success(t('common.saved'));
          }),
    check: () =>
      run('validate', async () => {
        setAsked(true);
        if ((await checked.check()).length === 0) void message.success(t('flow.noProblems'));
      }),
    publish: () =>
      run('publish', async () => {
        if ((await checked.check()).some((problem) => problem.severity === 'error')) {
          void message.warning(t('flow.mendFirst'));
          setAsked(true);
          return;
        }
        const revision = dirty ? await stored(document, base.revision) : base.revision;
        if (revision === null) return;
        const done = await unlessChanged(() => publishing.publish(revision));
        await queryClient.invalidateQueries({ queryKey: ['/flows'] });
        if (done) void message.success(t('flow.published'));
      }),
    /** Shows what somebody else saved beside what is here. */
    compare: () => run('compare', async () => setTheirs(await api.get<FlowDetail>(`/flows/${flow.id}`))),
    later: () => setTheirs(null),
    keepMine: (other: FlowDetail) =>
      run('save', async () => {
        if ((await stored(document, other.draft.revision)) !== null) void message.success(t('common.saved'));
      }),
    takeTheirs: (other: FlowDetail) => {
      const taken = asDocument(other.draft.document);
      begin({ document: taken, revision: other.draft.revision }, taken);
      forgetDraft(own);
    },
    takeJoined: (other: FlowDetail, joined: FlowDocument) => {
      begin({ document: asDocument(other.draft.document), revision: other.draft.revision }, joined);
    },
    restore: () => {
      if (!kept) return;
      keepDraft(own, kept, Date.now());
      forgetDraft(kept.name);
      begin({ document: kept.base, revision: kept.revision }, kept.document);
      setKept(null);
    },
    discard: () => {
      if (kept) forgetDraft(kept.name);
      setKept(null);
    },
  };
}

export type Draft = ReturnType<typeof useDraft>;
