import { RollbackOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { ReactFlowProvider } from '@xyflow/react';
import { App, Button, Select, Tag } from 'antd';
import { useContext, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { FlowDetail } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { dateTime } from '@/shared/format/time';
import { Canvas, type Target } from './Canvas';
import { Changes } from './Changes';
import { difference } from './difference';
import { emptyDocument, isFlowDocument, type FlowDocument } from './document';
import { Inspector } from './Inspector';
import { KindsContext } from './kinds';
import { noteId } from './notes';

interface Props {
  flow: FlowDetail;
  draft: FlowDocument;
  editable: boolean;
  /** Makes a version's document the draft in work. */
  take: (document: FlowDocument) => void;
}

const draftName = 'draft';

/** The published versions: looked at, compared with each other and with the draft, taken up again. */
export function Versions({ flow, draft, editable, take }: Props) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const { text, change } = useAddressState();
  const kinds = useContext(KindsContext);
  const latest = flow.versions[0]?.version;
  const shown = text('version') || (latest === undefined ? draftName : String(latest));
  const against = text('against');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [target, setTarget] = useState<Target | null>(null);
  const one = useVersion(flow.id, shown, draft);
  const looked = one.document;
  const other = useVersion(flow.id, against || shown, draft);
  const compared = useMemo(
    () =>
      against && one.document && other.document ? difference(other.document, one.document, kinds) : undefined,
    [against, one.document, other.document, kinds],
  );
  const nameOf = (name: string) =>
    name === draftName ? t('flow.draft') : t('flow.version', { number: Number(name) });
  const names = [draftName, ...flow.versions.map(({ version }) => String(version))];
  const show = (wanted: { version?: string; against?: string | null }) => {
    setChosen(new Set());
    change(wanted);
  };
  const go = (key: string) => {
    setChosen(new Set([key]));
    setTarget({ key, time: Date.now() });
  };
  const ask = (document: FlowDocument) =>
    modal.confirm({
      title: t('flow.takeTitle', { version: nameOf(shown) }),
      content: t('flow.takeText'),
      okText: t('flow.take'),
      cancelText: t('common.cancel'),
      onOk: () => take(document),
    });
  const only = chosen.size === 1 ? [...chosen][0] : undefined;
  const node = only !== undefined && noteId(only) === null ? only : undefined;
  const failed = [one, other].find((query) => query.error);
  return (
    <div className="hj-flow-body" data-testid="versions">
      <nav className="hj-flow-versions" aria-label={t('flow.versions')}>
        <ul>
          {names.map((name) => {
            const version = flow.versions.find((known) => String(known.version) === name);
            return (
              <li key={name}>
                <button
                  type="button"
                  aria-current={name === shown}
                  data-testid={`version-${name}`}
                  onClick={() => show({ version: name, against: against === name ? null : against })}
                >
                  <strong>{nameOf(name)}</strong>
                  {version?.version === flow.published_version ? (
                    <Tag color="green">{t('flow.inUse')}</Tag>
                  ) : null}
                  <span>{version ? (version.published_by_name ?? '–') : (flow.draft.saved_by ?? '')}</span>
                  <time className="hj-faint">
                    {version
                      ? dateTime(version.published_at)
                      : flow.draft.saved_at
                        ? dateTime(flow.draft.saved_at)
                        : ''}
                  </time>
                  {version?.despite_tests ? (
                    <span data-testid="despite-tests">
                      {t('flow.despiteTests', { reason: version.despite_tests })}
                    </span>
                  ) : null}
                </button>
              </li>
            );
          })}
        </ul>
        {latest === undefined ? <p className="hj-faint">{t('flow.noVersions')}</p> : null}
      </nav>
      <div className="hj-flow-canvas">
        {failed ? (
          <ErrorView error={failed.error} retry={failed.retry} />
        ) : one.document && other.document ? (
          <ReactFlowProvider key={`${shown} ${against}`}>
            <Canvas
              document={compared?.both ?? one.document}
              compared={compared}
              chosen={chosen}
              choose={(how) => setChosen(how)}
              target={target}
            />
          </ReactFlowProvider>
        ) : (
          <LoadingView rows={8} />
        )}
      </div>
      <aside className="hj-flow-side">
        <div className="hj-flow-compare">
          <span>{t('flow.compareWith', { version: nameOf(shown) })}</span>
          <Select
            allowClear
            size="small"
            value={against || undefined}
            placeholder={t('flow.compareNone')}
            aria-label={t('flow.compare')}
            options={names
              .filter((name) => name !== shown)
              .map((name) => ({ value: name, label: nameOf(name) }))}
            onChange={(value: string | undefined) => show({ version: shown, against: value ?? null })}
            data-testid="against"
          />
          {editable && shown !== draftName && looked ? (
            <Button
              size="small"
              icon={<RollbackOutlined />}
              onClick={() => ask(looked)}
              data-testid="take-version"
            >
              {t('flow.take')}
            </Button>
          ) : null}
        </div>
        {compared ? (
          <Changes difference={compared} chosen={chosen} go={go} />
        ) : node !== undefined && one.document && node in one.document.nodes ? (
          <Inspector key={node} document={one.document} id={node} />
        ) : (
          <p className="hj-faint">{t('flow.lookOnly')}</p>
        )}
      </aside>
    </div>
  );
}

/** The document of a version, or the draft's. */
function useVersion(flowId: string, name: string, draft: FlowDocument) {
  const kinds = useContext(KindsContext);
  const isDraft = name === draftName;
  const query = useQuery({
    queryKey: ['/flows', flowId, 'versions', name],
    queryFn: () => api.get<{ document: unknown }>(`/flows/${flowId}/versions/${name}`),
    enabled: !isDraft,
    staleTime: Infinity, // a version never changes
  });
  const read = query.data?.document;
  const found = read === undefined ? undefined : isFlowDocument(read, kinds) ? read : emptyDocument;
  return {
    document: isDraft ? draft : found,
    error: isDraft ? null : query.error,
    retry: () => void query.refetch(),
  };
}
