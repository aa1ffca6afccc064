import { ReactFlowProvider } from '@xyflow/react';
import { Alert, Button, Modal, Segmented } from 'antd';
import { useContext, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FlowDetail } from '@/shared/api/types';
import { dateTime } from '@/shared/format/time';
import { Canvas, type Target } from './Canvas';
import { Changes, FieldChanges, usePartTitle } from './Changes';
import { difference, fieldChanges, settings } from './difference';
import { emptyDocument, isFlowDocument, type FlowDocument } from './document';
import { KindsContext } from './kinds';
import { join, type Conflict, type Side } from './merge';
import { noteKey } from './notes';

interface Props {
  base: FlowDocument;
  mine: FlowDocument;
  theirs: FlowDetail;
  busy: boolean;
  keepMine: () => void;
  takeTheirs: () => void;
  takeJoined: (joined: FlowDocument) => void;
  later: () => void;
}

type Way = 'joined' | Side;

/** Somebody else saved the draft meanwhile: both are shown, and joined, or one of them is taken. */
export function JoinDialog({ base, mine, theirs, busy, keepMine, takeTheirs, takeJoined, later }: Props) {
  const { t } = useTranslation();
  const kinds = useContext(KindsContext);
  const [way, setWay] = useState<Way>('joined');
  const [sides, setSides] = useState<ReadonlyMap<string, Side>>(new Map());
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [target, setTarget] = useState<Target | null>(null);
  const saved = theirs.draft.document;
  const other: FlowDocument = isFlowDocument(saved, kinds) ? saved : emptyDocument;
  const joined = useMemo(() => join(base, mine, other, kinds, sides), [base, mine, other, kinds, sides]);
  const result = { joined: joined.document, mine, theirs: other }[way];
  const compared = useMemo(
    () => (way === 'theirs' ? difference(mine, other, kinds) : difference(other, result, kinds)),
    [way, mine, other, result, kinds],
  );
  const open = joined.conflicts.filter(({ key }) => !sides.has(key));
  const go = (key: string) => {
    setChosen(new Set([key]));
    setTarget({ key, time: Date.now() });
  };
  const apply = () => {
    if (way === 'mine') keepMine();
    else if (way === 'theirs') takeTheirs();
    else takeJoined(joined.document);
  };
  return (
    <Modal
      open
      width={1100}
      title={t('flow.changedTitle', {
        name: theirs.draft.saved_by ?? '–',
        time: dateTime(theirs.draft.saved_at),
      })}
      onCancel={later}
      data-testid="join"
      footer={[
        <Button key="later" onClick={later}>
          {t('flow.decideLater')}
        </Button>,
        <Button
          key="apply"
          type="primary"
          danger={way === 'mine'}
          loading={busy}
          disabled={way === 'joined' && open.length > 0}
          onClick={apply}
          data-testid="join-apply"
        >
          {t(`flow.joinAct.${way}`)}
        </Button>,
      ]}
    >
      <Segmented<Way>
        value={way}
        onChange={setWay}
        aria-label={t('flow.changedWays')}
        options={(['joined', 'mine', 'theirs'] as const).map((value) => ({
          value,
          label: t(`flow.joinWay.${value}`),
        }))}
      />
      <p className="hj-faint">{t(`flow.joinHelp.${way}`)}</p>
      {way === 'joined' && joined.conflicts.length > 0 ? (
        <Alert
          type={open.length > 0 ? 'warning' : 'success'}
          showIcon
          title={t('flow.conflicts', { number: joined.conflicts.length, open: open.length })}
        />
      ) : null}
      {way === 'joined'
        ? joined.conflicts.map((conflict) => (
            <ConflictRow
              key={conflict.key}
              conflict={conflict}
              both={compared.both}
              side={sides.get(conflict.key)}
              choose={(side) => setSides((known) => new Map(known).set(conflict.key, side))}
              go={go}
            />
          ))
        : null}
      <div className="hj-flow-join">
        <div className="hj-flow-canvas">
          <ReactFlowProvider key={way}>
            <Canvas
              document={compared.both}
              compared={compared}
              chosen={chosen}
              choose={(how) => setChosen(how)}
              target={target}
            />
          </ReactFlowProvider>
        </div>
        <aside className="hj-flow-side">
          <Changes difference={compared} chosen={chosen} go={go} />
        </aside>
      </div>
    </Modal>
  );
}

/** A step that both changed: what is whose, and which is taken. */
function ConflictRow({
  conflict,
  both,
  side,
  choose,
  go,
}: {
  conflict: Conflict;
  both: FlowDocument;
  side: Side | undefined;
  choose: (side: Side) => void;
  go: (key: string) => void;
}) {
  const { t } = useTranslation();
  const kinds = useContext(KindsContext);
  const title = usePartTitle(both);
  const key = conflict.of === 'note' ? noteKey(conflict.id) : conflict.id;
  const type = conflict.of === 'node' ? ((conflict.mine ?? conflict.theirs)?.type ?? '') : '';
  return (
    <div className="hj-flow-conflict" data-testid="conflict" data-id={key}>
      <Button type="link" size="small" disabled={conflict.of === 'start'} onClick={() => go(key)}>
        {conflict.of === 'start' ? t('flow.start') : title(key)}
      </Button>
      {conflict.mine === null || conflict.theirs === null ? (
        <span>{t(conflict.mine === null ? 'flow.mineRemoved' : 'flow.theirsRemoved')}</span>
      ) : (
        <FieldChanges
          both={both}
          type={type}
          fields={
            conflict.of === 'node'
              ? fieldChanges(settings(conflict.theirs, kinds), settings(conflict.mine, kinds))
              : conflict.of === 'note'
                ? [{ field: 'text', before: conflict.theirs.text, after: conflict.mine.text }]
                : [{ field: 'start', before: conflict.theirs, after: conflict.mine }]
          }
        />
      )}
      <Segmented<Side | ''>
        size="small"
        value={side ?? ''}
        onChange={(value) => {
          if (value) choose(value);
        }}
        options={[
          { value: 'theirs', label: t('flow.joinWay.theirs') },
          { value: 'mine', label: t('flow.joinWay.mine') },
        ]}
      />
    </div>
  );
}
