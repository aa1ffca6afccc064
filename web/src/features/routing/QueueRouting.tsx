import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form } from 'antd';
import { useMemo, useRef, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { all, api } from '@/shared/api/client';
import type { Queue, QueueRouting as Document, Ring, RoutingPolicy } from '@/shared/api/types';
import { useOptions, type Option } from '@/shared/catalogue/useOptions';
import { useAddressState } from '@/shared/components/address';
import { ErrorView, LoadingView } from '@/shared/components/Views';
import { useRight } from '@/shared/session/session';
import { agentKinds, platformAgentOrder } from './criteria';
import { useGroups, useReachable, useSites } from './data';
import { useDraft, type Draft } from './draft';
import { DraftHead } from './DraftHead';
import { ChoicesField, FigureField, NeededSkills } from './Fields';
import { OrderList } from './OrderList';
import { isSet, openings, reachOf, ringsOf, swapped, withTime } from './rings';
import { RingTimeline } from './RingTimeline';
import { TryIt } from './TryIt';
import { useOverflow } from './useOverflow';
import './routing.css';

/** Who may serve a queue's callers, from when, and who of them first. */
export function QueueRouting() {
  const { id = '' } = useParams();
  const path = `/queues/${id}/routing`;
  const routing = useQuery({ queryKey: [path], queryFn: () => api.get<Document>(path), gcTime: 0 });
  const queue = useQuery({ queryKey: ['/queues', id], queryFn: () => api.get<Queue>(`/queues/${id}`) });
  const failed = [routing, queue].find((one) => one.isError);
  if (failed)
    return (
      <div className="hj-page">
        <ErrorView error={failed.error} retry={() => void failed.refetch()} />
      </div>
    );
  if (!routing.data || !queue.data)
    return (
      <div className="hj-page">
        <LoadingView rows={10} />
      </div>
    );
  return <Editor key={id} queue={queue.data} path={path} first={routing.data} />;
}

const most = 1000;
const freshRing: Ring = {
  skills: [],
  group_ids: [],
  sites: [],
  queue_ids: [],
  after_seconds: null,
  expected_wait_over: null,
  free_at_most: null,
};

function Editor({ queue, path, first }: { queue: Queue; path: string; first: Document }) {
  const { t } = useTranslation();
  const mayEdit = useRight('admin.queues');
  const { change: changeAddress } = useAddressState();
  const draft = useDraft(path, first, (field) => {
    const ring = /^rings\.(\d+)/.exec(field)?.[1];
    const rule = /^overflow\.(\d+)/.exec(field)?.[1];
    if (ring !== undefined) changeAddress({ ring: Number(ring) + 2, rule: null }, { replace: true });
    if (rule !== undefined) changeAddress({ rule: Number(rule) + 1 }, { replace: true });
    return true;
  });
  const { value, change } = draft;
  const aimed = typeof value.target_percent === 'number';
  const policy = useQuery({ queryKey: ['/routing'], queryFn: () => api.get<RoutingPolicy>('/routing') });
  const tenantOrder = policy.data?.agent_order.length ? policy.data.agent_order : platformAgentOrder;
  return (
    <div className="hj-page" data-testid="queue-routing">
      <DraftHead
        title={queue.name}
        lead={t('routing.queueLead')}
        back={{ to: '/admin/queues', label: t('page.queues') }}
        draft={draft}
        mayEdit={mayEdit}
        actions={
          <TryIt
            draft={{ queues: [{ queue_id: queue.id, routing: value }] }}
            dirty={draft.dirty}
            queueId={queue.id}
          />
        }
      />
      <Form layout="vertical" component={false} disabled={!mayEdit}>
        <div className="hj-stack">
          <Rings queue={queue} draft={draft} mayEdit={mayEdit} />
          <div className="hj-routing-columns">
            <section className="hj-panel">
              <div className="hj-panel-head">{t('routing.agentOrder')}</div>
              <div className="hj-panel-body">
                <p className="hj-quiet hj-routing-lead">
                  {t('routing.agentOrderLead')} <Link to="/admin/routing">{t('routing.toCallers')}</Link>
                </p>
                <OrderList
                  family="agentCriterion"
                  kinds={agentKinds}
                  value={value.agent_order}
                  onChange={(order) => change({ agent_order: order })}
                  inherited={tenantOrder}
                  inheritedName={t('routing.ofTenant')}
                  ownName={t('routing.ofQueue')}
                  tie={t('routing.agentTie')}
                  disabled={!mayEdit}
                  errorAt={(at) => draft.errorAt(`agent_order.${at}`)}
                  testId="agent-order"
                />
                {draft.errorField === 'agent_order' ? (
                  <div className="hj-check-bad">{draft.errorAt('agent_order')}</div>
                ) : null}
              </div>
            </section>
            <div className="hj-stack">
              <section className="hj-panel">
                <div className="hj-panel-head">{t('routing.known')}</div>
                <div className="hj-panel-body">
                  <p className="hj-quiet hj-routing-lead">{t('routing.knownLead')}</p>
                  <FigureField
                    label={t('routing.ownAgentSeconds')}
                    extra={t('routing.ownAgentHint')}
                    error={draft.errorAt('own_agent_seconds')}
                    value={value.own_agent_seconds}
                    onChange={(seconds) => change({ own_agent_seconds: seconds ?? 0 })}
                    max={3600}
                    unit={t('common.seconds')}
                    testId="own-agent-seconds"
                  />
                  <div className="hj-form-pair">
                    <FigureField
                      label={t('routing.lastAgentDays')}
                      extra={t('routing.lastAgentDaysHint')}
                      error={draft.errorAt('last_agent_days')}
                      value={value.last_agent_days}
                      onChange={(days) => change({ last_agent_days: days ?? 0 })}
                      max={365}
                      unit={t('routing.days')}
                      testId="last-agent-days"
                    />
                    <FigureField
                      label={t('routing.lastAgentSeconds')}
                      extra={t('routing.lastAgentHint')}
                      error={draft.errorAt('last_agent_seconds')}
                      value={value.last_agent_seconds}
                      onChange={(seconds) => change({ last_agent_seconds: seconds ?? 0 })}
                      max={3600}
                      unit={t('common.seconds')}
                      testId="last-agent-seconds"
                    />
                  </div>
                </div>
              </section>
              <section className="hj-panel">
                <div className="hj-panel-head">{t('routing.tiers')}</div>
                <div className="hj-panel-body">
                  <p className="hj-quiet hj-routing-lead">{t('routing.tiersLead')}</p>
                  <div className="hj-form-pair">
                    <FigureField
                      label={t('routing.tier')}
                      extra={t('routing.tierHint')}
                      error={draft.errorAt('tier')}
                      value={value.tier}
                      onChange={(tier) => change({ tier: tier ?? 0 })}
                      max={9}
                      testId="tier"
                    />
                    <FigureField
                      label={t('routing.target')}
                      extra={t('routing.targetHint', { seconds: queue.service_level_seconds })}
                      error={draft.errorAt('target_percent')}
                      value={value.target_percent}
                      onChange={(percent) => change({ target_percent: percent })}
                      min={1}
                      max={99}
                      unit="%"
                      testId="target-percent"
                    />
                  </div>
                  <div className="hj-form-pair">
                    <FigureField
                      label={t(aimed ? 'routing.reservedLeast' : 'routing.reserved')}
                      extra={t('routing.reservedHint')}
                      error={draft.errorAt('reserved')}
                      value={value.reserved}
                      onChange={(reserved) => change({ reserved: reserved ?? 0 })}
                      max={1000}
                      testId="reserved"
                    />
                    {aimed ? (
                      <FigureField
                        label={t('routing.reservedMost')}
                        extra={t('routing.reservedMostHint')}
                        error={draft.errorAt('reserved_most')}
                        value={value.reserved_most}
                        onChange={(most) => change({ reserved_most: most ?? 1 })}
                        min={1}
                        max={1000}
                        testId="reserved-most"
                      />
                    ) : null}
                  </div>
                </div>
              </section>
            </div>
          </div>
        </div>
      </Form>
    </div>
  );
}

function Rings({ queue, draft, mayEdit }: { queue: Queue; draft: Draft<Document>; mayEdit: boolean }) {
  const { t } = useTranslation();
  const { text, change: changeAddress } = useAddressState();
  const { value, change } = draft;
  const skills = useOptions('/skills');
  const groups = useGroups();
  const queues = useQuery({ queryKey: ['/queues', 'all'], queryFn: () => all<Queue>('/queues') });
  const agents = useReachable();
  const { rings } = value;
  const selected = Math.min(Math.max(0, (Number(text('ring')) || 1) - 1), rings.length);
  const select = (ring: number) =>
    changeAddress({ ring: ring === 0 ? null : ring + 1, rule: null }, { replace: true });
  const overflow = useOverflow(queue, draft, mayEdit);
  const named = useMemo(() => ringsOf(queue, value, queues.data ?? []), [queue, value, queues.data]);
  const reach = useMemo(
    () => (agents && queues.data ? reachOf(named, agents) : null),
    [named, agents, queues.data],
  );

  const groupName = (id: string) => groups.data?.find((group) => group.id === id)?.name ?? '–';
  const queueName = (id: string) => queues.data?.find((one) => one.id === id)?.name ?? '–';
  const summary = (who: Pick<Ring, 'skills' | 'group_ids' | 'sites'>, queueIds: string[] = []) =>
    [
      ...who.skills.map((one) =>
        t('queue.skillAtLeast', { name: skills.nameOf(one.skill_id), level: one.level }),
      ),
      ...who.group_ids.map(groupName),
      ...who.sites,
      ...queueIds.map((id) => t('ring.agentsOf', { name: queueName(id) })),
    ].join(' · ');
  const names = [
    summary({ skills: queue.skills, group_ids: value.group_ids, sites: value.sites }) || t('ring.nobody'),
    ...rings.map((ring) => summary(ring, ring.queue_ids) || t('ring.nobody')),
  ];
  const add = () => {
    const last = openings(rings).at(-1)?.at ?? 0;
    const seconds = Math.min(86_400, last + 30);
    change({ rings: [...rings, { ...freshRing, after_seconds: seconds }] });
    select(rings.length + 1);
  };
  const editor = useRef<HTMLDivElement>(null);
  // Under many rows the editor would be out of sight. Whoever drags a handle looks at the time line, not at the editor.
  const show = ({ target }: MouseEvent) => {
    const chosen = (target as HTMLElement).closest('.hj-ring-row, [data-testid^="add-"]');
    if (chosen && !(target as HTMLElement).closest('[role="slider"]'))
      requestAnimationFrame(() => editor.current?.scrollIntoView({ block: 'nearest', behavior: 'smooth' }));
  };
  const blocked = openings(rings).findIndex(({ kind }) => kind === 'open');
  return (
    <section className="hj-panel" onClick={show}>
      <div className="hj-panel-head">
        {t('ring.title')}
        <span className="hj-quiet hj-routing-head-lead">{t('ring.lead')}</span>
        {mayEdit ? (
          <Button
            size="small"
            className="hj-panel-head-end"
            icon={<PlusOutlined />}
            disabled={rings.length >= most}
            onClick={add}
            data-testid="add-ring"
          >
            {t('ring.add')}
          </Button>
        ) : null}
      </div>
      <div className="hj-panel-body">
        <RingTimeline
          rings={rings}
          names={names}
          reach={reach}
          agents={agents?.length ?? 0}
          selected={overflow.selected === null ? selected : -1}
          select={select}
          change={(next) => change({ rings: next })}
          disabled={!mayEdit}
          hasError={(ring) => ring > 0 && draft.errorAt(`rings.${ring - 1}`) !== undefined}
          latest={overflow.latest}
          below={overflow.rows}
        />
        {named[0]?.length === 0 ? (
          <Alert type="warning" showIcon title={t('ring.servedByNobody')} className="hj-routing-note" />
        ) : null}
        {blocked > 0 && blocked < rings.length ? (
          <Alert
            type="info"
            showIcon
            title={t('ring.holdsUp', { number: blocked + 1 })}
            className="hj-routing-note"
          />
        ) : null}
        <div
          ref={editor}
          className="hj-ring-editor"
          key={overflow.selected === null ? selected : `rule ${overflow.selected}`}
        >
          {overflow.selected !== null ? (
            overflow.editor
          ) : selected === 0 ? (
            <OwnRing queue={queue} draft={draft} groups={groups.data ?? []} />
          ) : (
            <RingEditor
              index={selected - 1}
              draft={draft}
              skills={skills.options}
              groups={(groups.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              queues={(queues.data ?? [])
                .filter((one) => one.id !== queue.id)
                .map(({ id, name }) => ({ value: id, label: name }))}
              select={select}
              mayEdit={mayEdit}
            />
          )}
        </div>
      </div>
    </section>
  );
}

/** The innermost ring: the queue's skills, narrowed to groups and sites. */
function OwnRing({
  queue,
  draft,
  groups,
}: {
  queue: Queue;
  draft: Draft<Document>;
  groups: { id: string; name: string }[];
}) {
  const { t } = useTranslation();
  const skills = useOptions('/skills');
  const sites = useSites();
  const { value, change } = draft;
  return (
    <>
      <h3>{t('ring.own')}</h3>
      <div className="hj-ring-fields">
        <Form.Item
          label={t('queue.skills')}
          extra={<Link to={`/admin/queues?edit=${queue.id}`}>{t('ring.editSkills')}</Link>}
        >
          <div className="hj-ring-own-skills">
            {queue.skills
              .map((one) => t('queue.skillAtLeast', { name: skills.nameOf(one.skill_id), level: one.level }))
              .join(' · ') || t('common.none')}
          </div>
        </Form.Item>
        <ChoicesField
          label={t('page.agentGroups')}
          extra={t('ring.groupsHint')}
          error={draft.errorAt('group_ids')}
          value={value.group_ids}
          onChange={(ids) => change({ group_ids: ids })}
          options={groups.map(({ id, name }) => ({ value: id, label: name }))}
          placeholder={t('ring.anyGroup')}
          testId="own-groups"
        />
        <ChoicesField
          label={t('person.site')}
          extra={t('ring.sitesHint')}
          error={draft.errorAt('sites')}
          value={value.sites}
          onChange={(names) => change({ sites: names })}
          options={sites.map((name) => ({ value: name, label: name }))}
          placeholder={t('ring.anySite')}
          free
          testId="own-sites"
        />
      </div>
    </>
  );
}

function RingEditor({
  index,
  draft,
  skills,
  groups,
  queues,
  select,
  mayEdit,
}: {
  index: number;
  draft: Draft<Document>;
  skills: Option[];
  groups: Option[];
  queues: Option[];
  select: (ring: number) => void;
  mayEdit: boolean;
}) {
  const { t } = useTranslation();
  const sites = useSites();
  const { rings } = draft.value;
  const ring = rings[index];
  if (!ring) return null;
  const number = index + 2;
  const set = (part: Partial<Ring>) =>
    draft.change({ rings: rings.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  const setTime = (seconds: number | null) => {
    const placed = withTime(rings, index, seconds);
    draft.change({ rings: placed.rings });
    if (placed.index !== index) select(placed.index + 1);
  };
  const swap = (other: number) => {
    draft.change({ rings: swapped(rings, index, other) });
    select(other + 1);
  };
  const error = (field: string) => draft.errorAt(`rings.${index}.${field}`);
  const whole = draft.errorField === `rings.${index}` ? draft.errorAt(`rings.${index}`) : undefined;
  const conditions = [ring.after_seconds, ring.expected_wait_over, ring.free_at_most].filter(isSet).length;
  return (
    <>
      <div className="hj-ring-editor-head">
        <h3>{t('ring.number', { number })}</h3>
        {whole ? <span className="hj-check-bad">{whole}</span> : null}
        {mayEdit ? (
          <span className="hj-panel-head-end">
            <Button
              size="small"
              icon={<ArrowUpOutlined />}
              disabled={index === 0}
              onClick={() => swap(index - 1)}
              aria-label={t('ring.inwards')}
              title={t('ring.inwards')}
            />
            <Button
              size="small"
              icon={<ArrowDownOutlined />}
              disabled={index === rings.length - 1}
              onClick={() => swap(index + 1)}
              aria-label={t('ring.outwards')}
              title={t('ring.outwards')}
            />
            <Button
              size="small"
              danger
              icon={<DeleteOutlined />}
              onClick={() => {
                draft.change({ rings: rings.filter((_, at) => at !== index) });
                select(index);
              }}
              data-testid="remove-ring"
            >
              {t('ring.remove')}
            </Button>
          </span>
        ) : null}
      </div>
      <h4>{t('ring.who')}</h4>
      <div className="hj-ring-fields">
        <NeededSkills
          value={ring.skills}
          onChange={(value) => set({ skills: value })}
          options={skills}
          error={error('skills')}
        />
        <div>
          <ChoicesField
            label={t('page.agentGroups')}
            error={error('group_ids')}
            value={ring.group_ids}
            onChange={(ids) => set({ group_ids: ids })}
            options={groups}
            placeholder={t('ring.anyGroup')}
            testId="ring-groups"
          />
          <ChoicesField
            label={t('person.site')}
            error={error('sites')}
            value={ring.sites}
            onChange={(names) => set({ sites: names })}
            options={sites.map((name) => ({ value: name, label: name }))}
            placeholder={t('ring.anySite')}
            free
            testId="ring-sites"
          />
        </div>
        <ChoicesField
          label={t('ring.queues')}
          extra={t('ring.queuesHint')}
          error={error('queue_ids')}
          value={ring.queue_ids}
          onChange={(ids) => set({ queue_ids: ids })}
          options={queues}
          placeholder={t('common.none')}
          testId="ring-queues"
        />
      </div>
      <h4>
        {t('ring.when')}
        <span className="hj-quiet hj-routing-head-lead">
          {t(
            conditions === 0
              ? 'ring.noCondition'
              : conditions === 1
                ? 'ring.oneCondition'
                : 'ring.anyCondition',
          )}
        </span>
      </h4>
      <div className="hj-ring-fields">
        <FigureField
          label={t('ring.after')}
          error={error('after_seconds')}
          value={ring.after_seconds}
          onChange={setTime}
          max={86_400}
          unit={t('common.seconds')}
          placeholder="–"
          testId="ring-after"
        />
        <FigureField
          label={t('ring.expected')}
          error={error('expected_wait_over')}
          value={ring.expected_wait_over}
          onChange={(seconds) => set({ expected_wait_over: seconds })}
          min={1}
          max={86_400}
          unit={t('common.seconds')}
          placeholder="–"
          testId="ring-expected"
        />
        <FigureField
          label={t('ring.free')}
          error={error('free_at_most')}
          value={ring.free_at_most}
          onChange={(agents) => set({ free_at_most: agents })}
          max={10_000}
          unit={t('ring.agents')}
          placeholder="–"
          testId="ring-free"
        />
      </div>
    </>
  );
}
