import { useTranslation } from 'react-i18next';
import type { DataSource } from '@/shared/api/types';
import { Catalogue } from '@/shared/catalogue/Catalogue';
import { RoutingProblems } from '@/shared/components/RoutingProblems';
import { useRight } from '@/shared/session/session';
import { SourceFields } from './SourceFields';
import { bodyOf, formField, fresh, valuesOf, type Values } from './values';

const placeOf = (request: DataSource['request']) =>
  request.kind === 'http'
    ? `${request.method} ${request.url}`
    : `PostgreSQL ${request.host}:${String(request.port)}/${request.database}`;

/** Where flows look data up. */
export function DataSources() {
  const { t } = useTranslation();
  const mayEdit = useRight('admin.flows');
  return (
    <Catalogue<DataSource, Values>
      path="/data-sources"
      testId="data-sources"
      title={t('page.dataSources')}
      lead={t('dataSource.lead')}
      top={<RoutingProblems kinds={['source']} />}
      nameOf={(source) => source.name}
      emptyWhat={t('dataSource.empty')}
      emptyHow={t('dataSource.emptyHow')}
      mayEdit={mayEdit}
      width={760}
      columns={[
        { title: t('common.name'), dataIndex: 'name' },
        {
          title: t('dataSource.place'),
          key: 'place',
          render: (_, { request }) => (
            <span className="hj-mono hj-ellipsis hj-source-place" title={placeOf(request)}>
              {placeOf(request)}
            </span>
          ),
        },
        {
          title: t('dataSource.parameters'),
          dataIndex: 'parameters',
          render: (names: string[]) => <span className="hj-mono">{names.join(', ') || '–'}</span>,
        },
        {
          title: t('dataSource.gives'),
          key: 'results',
          render: (_, { results }) => (
            <span className="hj-mono">{results.map(({ variable }) => variable).join(', ')}</span>
          ),
        },
        {
          title: t('dataSource.timeLimit'),
          dataIndex: 'timeout_ms',
          align: 'right',
          render: (limit: number) => t('dataSource.ms', { number: limit }),
        },
        {
          title: t('dataSource.cache'),
          dataIndex: 'cache_seconds',
          align: 'right',
          render: (seconds: number) => (seconds ? t('dataSource.s', { number: seconds }) : '–'),
        },
      ]}
      values={(source) => (source ? valuesOf(source) : fresh)}
      body={bodyOf}
      fieldOf={formField}
      fields={(source, form) => <SourceFields source={source} form={form} />}
    />
  );
}
