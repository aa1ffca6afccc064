import { Alert, Badge, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PartState, TenantProblem, Trouble } from '@/shared/api/types';
import { ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { dateTime } from '@/shared/format/time';
import { usePlatformHealth } from '@/shared/components/platformHealth';
import './health.css';

const badge: Record<PartState, 'success' | 'warning' | 'error'> = {
  well: 'success',
  impaired: 'warning',
  silent: 'error',
};

/** What `./hujiao doctor` finds in the work of the processes: part, tenant, object, and what to do. */
export function Health() {
  const { t } = useTranslation();
  const health = usePlatformHealth();
  const head = <PageHead title={t('page.health')} lead={t('health.lead')} />;
  if (health.isPending)
    return (
      <div className="hj-page">
        {head}
        <LoadingView rows={4} />
      </div>
    );
  if (health.isError)
    return (
      <div className="hj-page">
        {head}
        <ErrorView error={health.error} retry={() => void health.refetch()} />
      </div>
    );
  const { parts, troubles, problems } = health.data;
  return (
    <div className="hj-page hj-health">
      {head}
      <ul className="hj-health-parts" aria-label={t('health.parts')}>
        {Object.entries(parts).map(([name, state]) => (
          <li key={name} data-testid={`part-${name}`} data-state={state}>
            <span className="hj-mono">{name}</span>
            <Badge status={badge[state]} text={t(`health.part_${state}`)} />
          </li>
        ))}
      </ul>
      {troubles.length > 0 ? (
        <section className="hj-panel" aria-label={t('health.troubles')} data-testid="troubles">
          <Table<Trouble>
            size="small"
            rowKey={(one) => `${one.part} ${one.tenant?.id ?? ''} ${one.what}`}
            pagination={false}
            title={() => <h2>{t('health.troubles')}</h2>}
            dataSource={troubles}
            columns={[
              { title: t('health.part'), dataIndex: 'part', className: 'hj-mono hj-nowrap' },
              { title: t('health.tenant'), key: 'tenant', render: (_, { tenant }) => tenant?.name ?? '' },
              {
                title: t('health.what'),
                key: 'what',
                className: 'hj-health-what',
                render: (_, { what, means, do: remedy }) => (
                  <>
                    <div>{what}</div>
                    {means ? <div className="hj-quiet">{means}</div> : null}
                    <div>→ {remedy}</div>
                  </>
                ),
              },
              {
                title: t('health.met'),
                key: 'met',
                className: 'hj-nowrap hj-figures',
                render: (_, { count, since }) =>
                  since ? t('health.since', { count: count ?? 1, time: dateTime(since) }) : '',
              },
            ]}
          />
        </section>
      ) : Object.values(parts).every((state) => state === 'well') ? (
        <Alert type="success" showIcon title={t('health.allWell')} data-testid="all-well" />
      ) : null}
      {problems.length > 0 ? (
        <section className="hj-panel" aria-label={t('health.problems')} data-testid="tenants-problems">
          <Table<TenantProblem>
            size="small"
            rowKey={(one) => `${one.tenant.id} ${one.kind} ${one.place}`}
            pagination={false}
            title={() => <h2>{t('health.problems')}</h2>}
            dataSource={problems}
            columns={[
              { title: t('health.tenant'), key: 'tenant', render: (_, { tenant }) => tenant.name },
              {
                title: t('health.place'),
                key: 'place',
                render: (_, { kind, place }) => `${t(`routingProblem.${kind}`)} ${place}`,
              },
              {
                title: t('health.what'),
                dataIndex: 'problem',
                className: 'hj-health-what',
              },
              {
                title: t('health.met'),
                key: 'met',
                className: 'hj-nowrap hj-figures',
                render: (_, { count, last_at: last }) =>
                  t('routingProblem.met', { count, time: dateTime(last) }),
              },
            ]}
          />
        </section>
      ) : null}
    </div>
  );
}
