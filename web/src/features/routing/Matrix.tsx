import { ExclamationCircleFilled, HistoryOutlined, UndoOutlined } from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, InputNumber, Progress, Select, Tag, Tooltip } from 'antd';
import {
  memo,
  useEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
} from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { all, api } from '@/shared/api/client';
import type { Named, Person, AdjustmentLive } from '@/shared/api/types';
import { useAddressState } from '@/shared/components/address';
import { chosenName } from '@/shared/catalogue/useOptions';
import { useErrorText, useReportError } from '@/shared/components/errors';
import { useUnsavedGuard } from '@/shared/components/unsaved';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { useLive } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';
import { Adjust } from '@/shared/adjustments/Adjust';
import { AdjustmentHistory } from '@/shared/adjustments/AdjustmentHistory';
import { holdsAfter, skillsOf, untilWhen } from '@/shared/adjustments/adjustments';
import { useGroups, usePeople } from './data';
import {
  block,
  cell,
  changedPeople,
  filled,
  levelOf,
  typed,
  within,
  withLevels,
  withoutPerson,
  type Block,
  type Changes,
  type Selection,
} from './matrix';
import './routing.css';

/** Every agent's level of every skill, changed many at a time. */
export function Matrix() {
  const { t } = useTranslation();
  const people = usePeople();
  const skills = useQuery({ queryKey: ['/skills', 'all'], queryFn: () => all<Named>('/skills') });
  const failed = people.isError ? people : skills.isError ? skills : null;
  const agents = useMemo(
    () =>
      (people.data ?? [])
        .filter((person) => person.agent && !person.disabled)
        .sort((one, other) => (one.agent?.number ?? '').localeCompare(other.agent?.number ?? '')),
    [people.data],
  );
  return (
    <div className="hj-page hj-matrix-page" data-testid="skill-matrix">
      {failed ? (
        <>
          <PageHead title={t('page.skillMatrix')} />
          <ErrorView error={failed.error} retry={() => void failed.refetch()} />
        </>
      ) : people.isPending || !skills.data ? (
        <>
          <PageHead title={t('page.skillMatrix')} />
          <LoadingView rows={10} />
        </>
      ) : agents.length === 0 || skills.data.length === 0 ? (
        <>
          <PageHead title={t('page.skillMatrix')} lead={t('matrix.lead')} />
          <div className="hj-panel hj-panel-body">
            {agents.length === 0 ? (
              <EmptyView
                what={t('live.noAgents')}
                how={t('person.emptyHow')}
                action={<Link to="/admin/people">{t('page.people')}</Link>}
              />
            ) : (
              <EmptyView
                what={t('skill.empty')}
                how={t('skill.emptyHow')}
                action={<Link to="/admin/skills">{t('page.skills')}</Link>}
              />
            )}
          </div>
        </>
      ) : (
        <Editor agents={agents} skills={skills.data} />
      )}
    </div>
  );
}

const atOnce = 4;

function Editor({ agents, skills }: { agents: Person[]; skills: Named[] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const mayEdit = useRight('admin.people');
  const mayGive = useRight('live.skills');
  const mayLook = useRight('live.read');
  const live = useLive((state) => state.view.agents);
  const report = useReportError();
  const [open, setOpen] = useState<'give' | 'history' | null>(null);
  const queryClient = useQueryClient();
  const errorText = useErrorText();
  const { text, change: changeAddress } = useAddressState();
  const groups = useGroups();
  const [past, setPast] = useState<Changes[]>([]);
  const [changes, setChanges] = useState<Changes>(new Map());
  const [selection, setSelection] = useState<Selection>({
    anchor: { row: 0, column: 0 },
    head: { row: 0, column: 0 },
  });
  const [level, setLevel] = useState<number | null>(5);
  const [progress, setProgress] = useState<{ done: number; of: number } | null>(null);
  const [failed, setFailed] = useState<ReadonlyMap<string, string>>(new Map());
  const dirty = changes.size > 0;
  useUnsavedGuard(dirty);

  const wanted = text('q').trim().toLowerCase();
  const group = groups.data?.find((one) => one.id === text('group'));
  const rows = useMemo(
    () =>
      agents
        .filter(({ agent }) => !group || (agent && group.agent_ids.includes(agent.id)))
        .filter(
          ({ name, agent }) =>
            !wanted || name.toLowerCase().includes(wanted) || agent?.number.toLowerCase().includes(wanted),
        ),
    [agents, group, wanted],
  );
  const ids = useMemo(() => skills.map((skill) => skill.id), [skills]);
  const chosen = block(selection);
  const cells =
    Math.max(0, Math.min(chosen.bottom, rows.length - 1) - chosen.top + 1) * (chosen.right - chosen.left + 1);
  const temporaryOf = (person: Person) => skillsOf(live.get(person.agent?.id ?? '')?.adjustments);
  const chosenPeople = rows.slice(chosen.top, chosen.bottom + 1);
  const onlyOne = chosenPeople.length === 1 ? chosenPeople[0] : undefined;
  const chosenSkills = ids.slice(chosen.left, chosen.right + 1);
  const running = chosenPeople
    .flatMap(temporaryOf)
    .filter((one) => chosenSkills.includes(one.subject))
    .map((one) => one.id);
  const changed = changedPeople(changes);
  const editable = mayEdit && progress === null;

  const fill = (value: number) => {
    setPast((current) => [...current.slice(-99), changes]);
    setChanges(filled(changes, rows, ids, chosen, value));
  };
  const end = async () => {
    try {
      await api.post('/adjustments/end', { ids: running });
      message.success(t('temporary.count', { number: running.length }));
    } catch (error) {
      report(error);
    }
  };
  const undo = () => {
    const before = past.at(-1);
    if (!before) return;
    setChanges(before);
    setPast(past.slice(0, -1));
  };
  const save = async () => {
    const waiting = agents.filter((person) => changed.has(person.id));
    const of = waiting.length;
    const errors = new Map<string, string>();
    const saved: string[] = [];
    setFailed(errors);
    setProgress({ done: 0, of });
    const work = async () => {
      for (let person = waiting.shift(); person; person = waiting.shift()) {
        try {
          // Read again first: what others changed meanwhile is kept.
          const now = await api.get<Person>(`/people/${person.id}`);
          await api.put(`/people/${person.id}`, withLevels(now, ids, changes));
          saved.push(person.id);
        } catch (error) {
          errors.set(person.id, errorText(error));
        }
        setProgress({ done: saved.length + errors.size, of });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    await queryClient.invalidateQueries({ queryKey: ['/people'] });
    setChanges((current) => saved.reduce(withoutPerson, current));
    setPast([]);
    setFailed(errors);
    setProgress(null);
    if (errors.size === 0) message.success(t('common.saved'));
  };
  return (
    <>
      <PageHead
        title={t('page.skillMatrix')}
        lead={t('matrix.lead')}
        actions={
          mayEdit ? (
            <>
              {dirty ? <Tag color="orange">{t('matrix.changed', { number: changed.size })}</Tag> : null}
              <Tooltip title={`${t('flow.undo')} (Ctrl+Z)`}>
                <Button
                  icon={<UndoOutlined />}
                  disabled={past.length === 0 || !editable}
                  onClick={undo}
                  aria-label={t('flow.undo')}
                />
              </Tooltip>
              <Button
                disabled={!dirty || !editable}
                onClick={() => {
                  setChanges(new Map());
                  setPast([]);
                  setFailed(new Map());
                }}
                data-testid="discard"
              >
                {t('routing.discard')}
              </Button>
              <Button
                type="primary"
                disabled={!dirty}
                loading={progress !== null}
                onClick={() => void save()}
                data-testid="save"
              >
                {t('common.save')}
              </Button>
            </>
          ) : null
        }
      />
      <div className="hj-filters">
        <Input.Search
          key={text('q')}
          allowClear
          placeholder={t('live.searchAgent')}
          aria-label={t('live.searchAgent')}
          defaultValue={text('q')}
          onSearch={(value) => changeAddress({ q: value }, { replace: true })}
          style={{ width: 200 }}
        />
        <Select
          allowClear
          aria-label={t('page.agentGroups')}
          placeholder={t('page.agentGroups')}
          style={{ minWidth: 160 }}
          value={group?.id}
          options={(groups.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          labelRender={chosenName}
          onChange={(id: string | undefined) => changeAddress({ group: id }, { replace: true })}
        />
        <span className="hj-faint hj-matrix-count">{t('live.count', { number: rows.length })}</span>
        {mayEdit || mayGive ? (
          <span className="hj-matrix-fill">
            <span className="hj-quiet">{t('matrix.chosen', { number: cells })}</span>
            {mayEdit ? (
              <>
                <InputNumber
                  aria-label={t('matrix.level')}
                  min={0}
                  max={10}
                  precision={0}
                  value={level}
                  onChange={setLevel}
                  style={{ width: 72 }}
                  disabled={!editable}
                />
                <Button
                  disabled={!editable || level === null || cells === 0}
                  onClick={() => fill(level ?? 0)}
                  data-testid="fill"
                >
                  {t('matrix.fill')}
                </Button>
              </>
            ) : null}
            {mayGive ? (
              <>
                <Button disabled={cells === 0} onClick={() => setOpen('give')} data-testid="give">
                  {t('temporary.give')}
                </Button>
                <Button
                  disabled={running.length === 0}
                  onClick={() => void end()}
                  data-testid="end-temporary"
                >
                  {t('temporary.end')}
                </Button>
              </>
            ) : null}
            {mayLook ? (
              <Tooltip title={t('temporary.history')}>
                <Button
                  icon={<HistoryOutlined />}
                  onClick={() => setOpen('history')}
                  aria-label={t('temporary.history')}
                  data-testid="history"
                />
              </Tooltip>
            ) : null}
          </span>
        ) : null}
      </div>
      {progress ? (
        <Progress
          percent={Math.round((progress.done / progress.of) * 100)}
          format={() => t('matrix.progress', { done: progress.done, of: progress.of })}
          className="hj-matrix-progress"
        />
      ) : null}
      {failed.size > 0 && !progress ? (
        <Alert
          type="error"
          showIcon
          className="hj-matrix-failed"
          title={t('matrix.failed', { number: failed.size })}
          data-testid="matrix-failed"
        />
      ) : null}
      {rows.length === 0 ? (
        <div className="hj-panel hj-panel-body">
          <EmptyView what={t('live.noAgentsMatch')} />
        </div>
      ) : (
        <Grid
          rows={rows}
          skills={skills}
          changes={changes}
          failed={failed}
          selection={selection}
          select={setSelection}
          fill={editable ? fill : null}
          undo={undo}
          temporaryOf={temporaryOf}
        />
      )}
      {open === 'give' ? (
        <Adjust
          title={
            onlyOne
              ? t('temporary.titleOf', { name: onlyOne.name })
              : t('temporary.titleCells', { agents: chosenPeople.length, skills: chosenSkills.length })
          }
          agentIds={chosenPeople.flatMap(({ agent }) => (agent ? [agent.id] : []))}
          skillIds={chosenSkills}
          onClose={() => setOpen(null)}
        />
      ) : null}
      {open === 'history' ? (
        <AdjustmentHistory
          agent={onlyOne?.agent ? { id: onlyOne.agent.id, name: onlyOne.name } : undefined}
          onClose={() => setOpen(null)}
        />
      ) : null}
      <p className="hj-faint hj-matrix-hint">
        {t(mayEdit ? 'matrix.hint' : mayGive ? 'matrix.giveOnly' : 'matrix.readOnly')}
      </p>
    </>
  );
}

const rowHeight = 30;
const headHeight = 48;
const nameWidth = 190;
const columnWidth = 96;
const beyond = 8;

function Grid({
  rows,
  skills,
  changes,
  failed,
  selection,
  select,
  fill,
  undo,
  temporaryOf,
}: {
  rows: Person[];
  skills: Named[];
  changes: Changes;
  failed: ReadonlyMap<string, string>;
  selection: Selection;
  select: (selection: Selection) => void;
  fill: ((level: number) => void) | null;
  undo: () => void;
  temporaryOf: (person: Person) => AdjustmentLive[];
}) {
  const { t } = useTranslation();
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  // The digit typed last: a 0 after a 1 makes it 10.
  const digit = useRef('');
  const chosen = block(selection);
  const last = { row: rows.length - 1, column: skills.length - 1 };

  useEffect(() => {
    const grid = element.current;
    if (!grid) return;
    const look = () => setView({ top: grid.scrollTop, height: grid.clientHeight });
    const sizes = new ResizeObserver(look);
    sizes.observe(grid);
    grid.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      grid.removeEventListener('scroll', look);
    };
  }, []);

  const go = (row: number, column: number, extend: boolean) => {
    const head = {
      row: Math.min(last.row, Math.max(0, row)),
      column: Math.min(last.column, Math.max(0, column)),
    };
    select(extend ? { anchor: selection.anchor, head } : { anchor: head, head });
    digit.current = '';
    const grid = element.current;
    if (!grid) return;
    const [top, left] = [head.row * rowHeight, head.column * columnWidth];
    grid.scrollTop = Math.min(
      top,
      Math.max(grid.scrollTop, top + rowHeight + headHeight - grid.clientHeight),
    );
    grid.scrollLeft = Math.min(
      left,
      Math.max(grid.scrollLeft, left + columnWidth + nameWidth - grid.clientWidth),
    );
  };
  const key = (event: KeyboardEvent) => {
    const { head } = selection;
    const page = Math.max(1, Math.floor((view.height - headHeight) / rowHeight) - 1);
    const command = event.ctrlKey || event.metaKey;
    const steps: Record<string, [number, number]> = {
      ArrowUp: [head.row - (command ? last.row : 1), head.column],
      ArrowDown: [head.row + (command ? last.row : 1), head.column],
      ArrowLeft: [head.row, head.column - (command ? last.column : 1)],
      ArrowRight: [head.row, head.column + (command ? last.column : 1)],
      PageUp: [head.row - page, head.column],
      PageDown: [head.row + page, head.column],
      Home: [command ? 0 : head.row, 0],
      End: [command ? last.row : head.row, last.column],
    };
    const step = steps[event.key];
    if (step) go(...step, event.shiftKey);
    else if (command && event.key === 'a') select({ anchor: { row: 0, column: 0 }, head: last });
    else if (command && event.key === 'z') {
      if (fill) undo();
    } else if (event.key === 'Escape') select({ anchor: head, head });
    else if (fill && /^\d$/.test(event.key) && !command) {
      digit.current = typed(event.key, digit.current);
      fill(Number(digit.current));
    } else if (fill && (event.key === 'Delete' || event.key === 'Backspace')) {
      digit.current = '';
      fill(0);
    } else return;
    event.preventDefault();
  };
  const at = (event: PointerEvent) => {
    const found = (event.target as HTMLElement).closest<HTMLElement>('[data-row]');
    return found ? { row: Number(found.dataset.row), column: Number(found.dataset.column) } : null;
  };
  const point = (event: PointerEvent, begins: boolean) => {
    const place = at(event);
    if (!place || (!begins && event.buttons !== 1)) return;
    const extend = !begins || event.shiftKey;
    const anchor = extend ? selection.anchor : place;
    digit.current = '';
    // Row −1 is the heads' row and column −1 the names': the whole column, the whole row.
    select({
      anchor: { row: Math.max(0, anchor.row), column: Math.max(0, anchor.column) },
      head: {
        row: place.row < 0 ? last.row : place.row,
        column: place.column < 0 ? last.column : place.column,
      },
    });
  };

  const first = Math.max(0, Math.floor(view.top / rowHeight) - beyond);
  const end = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + beyond);
  const width = nameWidth + skills.length * columnWidth;
  const sizes = {
    '--hj-matrix-columns': `${nameWidth}px repeat(${skills.length}, ${columnWidth}px)`,
    width,
  } as CSSProperties;
  return (
    <div
      ref={element}
      className="hj-panel hj-matrix"
      role="grid"
      tabIndex={0}
      aria-label={t('page.skillMatrix')}
      aria-rowcount={rows.length + 1}
      aria-colcount={skills.length + 1}
      aria-multiselectable
      aria-activedescendant={`matrix-${selection.head.row}-${selection.head.column}`}
      onKeyDown={key}
      onPointerDown={(event) => point(event, true)}
      onPointerOver={(event) => point(event, false)}
      data-testid="matrix"
    >
      <div className="hj-matrix-row hj-matrix-head" role="row" aria-rowindex={1} style={sizes}>
        <div role="columnheader" className="hj-matrix-name" data-row={-1} data-column={-1}>
          {t('live.agents')}
        </div>
        {skills.map((skill, column) => (
          <div
            key={skill.id}
            role="columnheader"
            title={skill.name}
            data-row={-1}
            data-column={column}
            data-chosen={column >= chosen.left && column <= chosen.right}
          >
            <span>{skill.name}</span>
          </div>
        ))}
      </div>
      <div style={{ height: rows.length * rowHeight, width, position: 'relative' }}>
        {rows.slice(first, end).map((person, index) => (
          <Row
            key={person.id}
            person={person}
            skills={skills}
            row={first + index}
            changes={changes}
            error={failed.get(person.id)}
            chosen={first + index >= chosen.top && first + index <= chosen.bottom ? chosen : null}
            head={selection.head.row === first + index ? selection.head.column : -1}
            sizes={sizes}
            temporary={temporaryOf(person)}
          />
        ))}
      </div>
    </div>
  );
}

const Row = memo(
  function Row({
    person,
    skills,
    row,
    changes,
    error,
    chosen,
    head,
    sizes,
    temporary,
  }: {
    person: Person;
    skills: Named[];
    row: number;
    changes: Changes;
    error: string | undefined;
    chosen: Block | null;
    head: number;
    sizes: CSSProperties;
    temporary: AdjustmentLive[];
  }) {
    const { t } = useTranslation();
    return (
      <div
        className="hj-matrix-row"
        role="row"
        aria-rowindex={row + 2}
        data-error={error !== undefined}
        style={{ ...sizes, position: 'absolute', top: row * rowHeight, height: rowHeight }}
        data-testid="matrix-row"
      >
        <div role="rowheader" className="hj-matrix-name" data-row={row} data-column={-1}>
          <span className="hj-faint hj-figures">{person.agent?.number}</span>
          <span className="hj-ellipsis" title={person.name}>
            {person.name}
          </span>
          {error ? (
            <Tooltip title={error}>
              <ExclamationCircleFilled className="hj-check-bad" aria-label={error} />
            </Tooltip>
          ) : null}
        </div>
        {skills.map((skill, column) => {
          const level = levelOf(person, skill.id, changes);
          const now = temporary.findLast((one) => one.subject === skill.id);
          const after = now && holdsAfter(now, temporary);
          return (
            <div
              key={skill.id}
              id={`matrix-${row}-${column}`}
              role="gridcell"
              aria-selected={chosen !== null && within(chosen, row, column)}
              data-row={row}
              data-column={column}
              data-head={head === column}
              data-changed={changes.has(cell(person.id, skill.id))}
              data-temporary={now !== undefined}
              title={
                now &&
                t(after ? 'temporary.cellThen' : 'temporary.cell', {
                  level: now.level,
                  after: after?.level,
                  until: untilWhen(now, t),
                  regular: level,
                })
              }
              style={{ '--hj-level': now?.level ?? level } as CSSProperties}
            >
              {now ? (
                <>
                  <b>{now.level}</b>
                  <s className="hj-faint">{level || '·'}</s>
                </>
              ) : (
                level || '·'
              )}
            </div>
          );
        })}
      </div>
    );
  },
  (before, after) =>
    before.person === after.person &&
    before.skills === after.skills &&
    before.row === after.row &&
    before.changes === after.changes &&
    before.error === after.error &&
    before.head === after.head &&
    before.temporary === after.temporary &&
    before.chosen?.left === after.chosen?.left &&
    before.chosen?.right === after.chosen?.right,
);
