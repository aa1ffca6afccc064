import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, AutoComplete, Button, Form, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '@/shared/api/client';
import type { RoutingPolicy } from '@/shared/api/types';
import { RoutingProblems } from '@/shared/components/RoutingProblems';
import { EmptyView, ErrorView, LoadingView } from '@/shared/components/Views';
import { useRight } from '@/shared/session/session';
import { agentKinds, itemKinds, platformAgentOrder, platformItemOrder } from './criteria';
import { useSites } from './data';
import { useDraft, type Draft } from './draft';
import { DraftHead } from './DraftHead';
import { HeadStartChart } from './HeadStartChart';
import { OrderList } from './OrderList';
import { TryIt } from './TryIt';
import './routing.css';

/** The tenant's routing: who is served first, by whom, and what a grade is worth. */
export function Policy() {
  const policy = useQuery({
    queryKey: ['/routing'],
    queryFn: () => api.get<RoutingPolicy>('/routing'),
    gcTime: 0,
  });
  if (policy.isPending)
    return (
      <div className="hj-page">
        <LoadingView rows={10} />
      </div>
    );
  if (policy.isError)
    return (
      <div className="hj-page">
        <ErrorView error={policy.error} retry={() => void policy.refetch()} />
      </div>
    );
  return <Editor first={policy.data} />;
}

function Editor({ first }: { first: RoutingPolicy }) {
  const { t } = useTranslation();
  const mayEdit = useRight('admin.queues');
  const draft = useDraft('/routing', first, () => true);
  const { value, change } = draft;
  const orders = {
    inheritedName: t('routing.ofPlatform'),
    ownName: t('routing.ofTenantOwn'),
    disabled: !mayEdit,
  };
  return (
    <div className="hj-page" data-testid="routing-policy">
      <DraftHead
        title={t('page.routing')}
        lead={t('routing.policyLead')}
        draft={draft}
        mayEdit={mayEdit}
        actions={<TryIt draft={{ policy: value }} dirty={draft.dirty} />}
      />
      <RoutingProblems />
      <Form layout="vertical" component={false} disabled={!mayEdit}>
        <div className="hj-routing-columns hj-routing-halves">
          <div className="hj-stack">
            <section className="hj-panel">
              <div className="hj-panel-head">{t('routing.itemOrder')}</div>
              <div className="hj-panel-body">
                <p className="hj-quiet hj-routing-lead">{t('routing.itemOrderLead')}</p>
                <OrderList
                  {...orders}
                  family="itemCriterion"
                  kinds={itemKinds}
                  value={value.item_order}
                  onChange={(order) => change({ item_order: order })}
                  inherited={platformItemOrder}
                  tie={t('routing.itemTie')}
                  errorAt={(at) => draft.errorAt(`item_order.${at}`)}
                  testId="item-order"
                />
              </div>
            </section>
            <HeadStarts draft={draft} mayEdit={mayEdit} />
          </div>
          <div className="hj-stack">
            <section className="hj-panel">
              <div className="hj-panel-head">{t('routing.agentOrder')}</div>
              <div className="hj-panel-body">
                <p className="hj-quiet hj-routing-lead">{t('routing.agentOrderLead')}</p>
                <OrderList
                  {...orders}
                  family="agentCriterion"
                  kinds={agentKinds}
                  value={value.agent_order}
                  onChange={(order) => change({ agent_order: order })}
                  inherited={platformAgentOrder}
                  tie={t('routing.agentTie')}
                  errorAt={(at) => draft.errorAt(`agent_order.${at}`)}
                  testId="agent-order"
                />
              </div>
            </section>
            <Distances draft={draft} mayEdit={mayEdit} />
          </div>
        </div>
      </Form>
    </div>
  );
}

const grades = Array.from({ length: 9 }, (_, at) => at + 1);

function HeadStarts({ draft, mayEdit }: { draft: Draft<RoutingPolicy>; mayEdit: boolean }) {
  const { t } = useTranslation();
  const starts = draft.value.head_starts;
  const set = (next: RoutingPolicy['head_starts']) => draft.change({ head_starts: next });
  const left = grades.filter((grade) => !starts.some((one) => one.grade === grade));
  const order = draft.value.item_order;
  const counted = order.length === 0 || order.some((one) => one.kind === 'age');
  return (
    <section className="hj-panel" data-testid="head-starts">
      <div className="hj-panel-head">
        {t('routing.headStarts')}
        {mayEdit && left.length > 0 ? (
          <Button
            size="small"
            className="hj-panel-head-end"
            icon={<PlusOutlined />}
            onClick={() => set([...starts, { grade: left[0] ?? 1, seconds: 60 }])}
            data-testid="add-head-start"
          >
            {t('routing.addGrade')}
          </Button>
        ) : null}
      </div>
      <div className="hj-panel-body">
        <p className="hj-quiet hj-routing-lead">{t('routing.headStartsLead')}</p>
        {starts.length > 0 && !counted ? (
          <Alert type="warning" showIcon title={t('routing.headStartsUnused')} className="hj-routing-note" />
        ) : null}
        {starts.length === 0 ? (
          <EmptyView what={t('routing.noHeadStarts')} how={t('routing.noHeadStartsHow')} />
        ) : (
          <>
            {starts.map((one, at) => (
              <div key={one.grade} className="hj-routing-row">
                <Select
                  aria-label={t('customer.grade')}
                  value={one.grade}
                  options={grades
                    .filter((grade) => grade === one.grade || left.includes(grade))
                    .map((grade) => ({ value: grade, label: t('routing.gradeOf', { grade }) }))}
                  onChange={(grade) =>
                    set(starts.map((each, index) => (index === at ? { ...each, grade } : each)))
                  }
                />
                <InputNumber
                  aria-label={t('routing.headStartOf', { grade: one.grade })}
                  min={0}
                  max={3600}
                  precision={0}
                  suffix={t('common.seconds')}
                  value={one.seconds}
                  onChange={(seconds) =>
                    set(
                      starts.map((each, index) => (index === at ? { ...each, seconds: seconds ?? 0 } : each)),
                    )
                  }
                />
                {mayEdit ? (
                  <Button
                    type="text"
                    icon={<DeleteOutlined />}
                    aria-label={t('common.delete')}
                    onClick={() => set(starts.filter((_, index) => index !== at))}
                  />
                ) : null}
              </div>
            ))}
            {draft.errorAt('head_starts') ? (
              <div className="hj-check-bad">{draft.errorAt('head_starts')}</div>
            ) : null}
            <HeadStartChart starts={starts} />
          </>
        )}
      </div>
    </section>
  );
}

function Distances({ draft, mayEdit }: { draft: Draft<RoutingPolicy>; mayEdit: boolean }) {
  const { t } = useTranslation();
  const sites = useSites();
  const costs = draft.value.site_costs;
  const set = (next: RoutingPolicy['site_costs']) => draft.change({ site_costs: next });
  const setAt = (at: number, part: Partial<RoutingPolicy['site_costs'][number]>) =>
    set(costs.map((each, index) => (index === at ? { ...each, ...part } : each)));
  const options = sites.map((name) => ({ value: name }));
  return (
    <section className="hj-panel" data-testid="distances">
      <div className="hj-panel-head">
        {t('routing.distances')}
        {mayEdit ? (
          <Button
            size="small"
            className="hj-panel-head-end"
            icon={<PlusOutlined />}
            disabled={costs.length >= 500}
            onClick={() => set([...costs, { one: '', other: '', cost: 1 }])}
            data-testid="add-distance"
          >
            {t('routing.addDistance')}
          </Button>
        ) : null}
      </div>
      <div className="hj-panel-body">
        <p className="hj-quiet hj-routing-lead">{t('routing.distancesLead')}</p>
        {costs.length === 0 ? (
          <EmptyView what={t('routing.noDistances')} how={t('routing.noDistancesHow')} />
        ) : (
          <div className="hj-distances">
            {costs.map((one, at) => {
              const problem = draft.errorAt(`site_costs.${at}`);
              return (
                <div key={at}>
                  <div className="hj-routing-row" data-error={problem !== undefined}>
                    <AutoComplete
                      aria-label={t('routing.oneSite')}
                      value={one.one}
                      options={options}
                      maxLength={60}
                      placeholder={t('person.site')}
                      status={problem && !one.one ? 'error' : undefined}
                      onChange={(name: string) => setAt(at, { one: name })}
                    />
                    <span className="hj-faint">↔</span>
                    <AutoComplete
                      aria-label={t('routing.otherSite')}
                      value={one.other}
                      options={options}
                      maxLength={60}
                      placeholder={t('person.site')}
                      status={problem && !one.other ? 'error' : undefined}
                      onChange={(name: string) => setAt(at, { other: name })}
                    />
                    <InputNumber
                      aria-label={t('routing.distance')}
                      min={0}
                      max={1000}
                      value={one.cost}
                      onChange={(cost) => setAt(at, { cost: cost ?? 0 })}
                    />
                    {mayEdit ? (
                      <Button
                        type="text"
                        icon={<DeleteOutlined />}
                        aria-label={t('common.delete')}
                        onClick={() => set(costs.filter((_, index) => index !== at))}
                      />
                    ) : null}
                  </div>
                  {problem ? <div className="hj-check-bad">{problem}</div> : null}
                </div>
              );
            })}
          </div>
        )}
      </div>
    </section>
  );
}
