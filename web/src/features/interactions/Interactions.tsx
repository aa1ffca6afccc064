import { AudioOutlined, MessageOutlined, FilterOutlined } from '@ant-design/icons';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, DatePicker, Input, Select, Table, Tag, type TableColumnsType, type TableProps } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api } from '@/shared/api/client';
import type { Interaction, Page } from '@/shared/api/types';
import { ExportButton } from '@/shared/components/ExportButton';
import { useAddressState } from '@/shared/components/address';
import { Direction } from '@/shared/components/Direction';
import { useCodeLabel } from '@/shared/components/labels';
import { CallerNumber, PhoneNumber } from '@/shared/components/PhoneNumber';
import { EmptyView, ErrorView, LoadingView, PageHead } from '@/shared/components/Views';
import { ends } from '@/shared/customers/ends';
import { duration } from '@/shared/format/format';
import { asZoned, dateTime, forPicker } from '@/shared/format/time';
import { useLive } from '@/shared/live/hooks';
import { useRight } from '@/shared/session/session';
import {
  directions,
  endReasons,
  filterNames,
  filterQuery,
  pageSizes,
  presetRange,
  type Preset,
} from './filters';
import './interactions.css';
import { SummaryFilters } from './SummaryFilters';

const presets: Preset[] = ['today', 'yesterday', 'week', 'month'];

export function Interactions() {
  const { t } = useTranslation();
  const label = useCodeLabel();
  const navigate = useNavigate();
  const everybody = useRight('interactions.read.all');
  const { parameters, text, change } = useAddressState();
  const queues = useLive((state) => state.view.queues);
  const agents = useLive((state) => state.view.agents);

  const query = {
    ...filterQuery(parameters),
    page: Number(text('page')) || 1,
    page_size: Number(text('page_size')) || pageSizes[1],
    sort: text('sort') || '-started_at',
  };
  const list = useQuery({
    queryKey: ['interactions', query],
    queryFn: () => api.get<Page<Interaction>>('/interactions', query),
    placeholderData: keepPreviousData,
  });
  const filter = (name: string, value: string | null | undefined) => change({ [name]: value, page: null });

  const columns = useMemo<TableColumnsType<Interaction>>(
    () => [
      {
        title: t('column.startedAt'),
        dataIndex: 'started_at',
        width: 178,
        className: 'hj-nowrap',
        sorter: true,
        render: (value: string) => dateTime(value),
      },
      {
        title: t('column.direction'),
        dataIndex: 'direction',
        className: 'hj-nowrap',
        render: (value: string) => <Direction value={value} />,
      },
      {
        title: t('column.caller'),
        key: 'caller',
        className: 'hj-nowrap',
        render: (_, one) => (
          <>
            <CallerNumber value={ends(one).caller} medium={one.medium} />
            {one.malicious_at ? (
              <Tag color="red" className="hj-malicious-tag" data-testid="marked-malicious">
                {t('malicious.marked')}
              </Tag>
            ) : null}
          </>
        ),
      },
      {
        title: t('column.called'),
        key: 'called',
        className: 'hj-nowrap',
        render: (_, one) => (one.medium === 'chat' ? one.called : <PhoneNumber value={ends(one).called} />),
      },
      { title: t('column.queue'), dataIndex: 'queue_name', minWidth: 90 },
      {
        title: t('column.agent'),
        key: 'agent',
        minWidth: 110,
        render: (_, one) =>
          one.agent_name ? (
            <span>
              {one.agent_name} <span className="hj-faint">{one.agent_number}</span>
            </span>
          ) : null,
      },
      ...(['wait', 'talk', 'wrap_up'] as const).map((name) => ({
        title: t(name === 'wrap_up' ? 'column.wrapUp' : `column.${name}`),
        dataIndex: `${name}_seconds`,
        className: 'hj-nowrap',
        align: 'right' as const,
        sorter: name !== 'wrap_up',
        render: (value: number | null) => duration(value),
      })),
      {
        title: t('column.endReason'),
        dataIndex: 'end_reason',
        className: 'hj-nowrap',
        render: (value: string | null, one) =>
          one.ended_at ? (
            <span className={value === 'completed' ? '' : 'hj-ended-badly'}>{label('endReason', value)}</span>
          ) : (
            <Tag color="blue">{t('interactions.going')}</Tag>
          ),
      },
      {
        title: t('column.disposition'),
        dataIndex: 'disposition_name',
        render: (value: string | null, one) => (
          <>
            {value}{' '}
            {Object.keys(one.summary_due).length > 0 ? <Tag color="orange">{t('summaries.due')}</Tag> : null}
          </>
        ),
      },
      {
        title: t('column.recording'),
        dataIndex: 'recording_count',
        align: 'center',
        render: (value: number, { message_left: message }) =>
          message ? (
            <Tag icon={<MessageOutlined />} data-testid="message-left">
              {t('interactions.withMessage')}
            </Tag>
          ) : value > 0 ? (
            <AudioOutlined aria-label={t('column.recording')} />
          ) : null,
      },
    ],
    [t, label],
  );

  const onChange: TableProps<Interaction>['onChange'] = (pagination, _, sorter, { action }) => {
    if (action === 'sort' && !Array.isArray(sorter)) {
      const field = typeof sorter.field === 'string' ? sorter.field : 'started_at';
      const sort = sorter.order ? `${sorter.order === 'descend' ? '-' : ''}${field}` : null;
      change({ sort, page: null });
    } else
      change({ page: pagination.current === 1 ? null : pagination.current, page_size: pagination.pageSize });
  };

  const from = text('from');
  const to = text('to');
  const active = filterNames.filter((name) => parameters.has(name)).length;
  const open = (one: Interaction) => void navigate(`/interactions/${one.id}`);
  return (
    <div className="hj-page">
      <PageHead
        title={t('area.interactions')}
        lead={list.data ? t('common.total', { number: list.data.total }) : null}
        actions={
          <ExportButton path="/interactions" query={{ ...filterQuery(parameters), sort: query.sort }} />
        }
      />
      <div className="hj-filters">
        <DatePicker.RangePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          allowEmpty={[true, true]}
          value={[from ? forPicker(from) : null, to ? forPicker(to) : null]}
          presets={
            presets.map((preset) => ({
              label: t(`preset.${preset}`),
              value: () => {
                const [start, end] = presetRange(preset);
                return [forPicker(start), forPicker(end)];
              },
            })) as never
          }
          onChange={(range) =>
            change({
              from: range?.[0] ? asZoned(range[0]).toISOString() : null,
              to: range?.[1] ? asZoned(range[1]).toISOString() : null,
              page: null,
            })
          }
        />
        <Input.Search
          key={text('number')}
          allowClear
          placeholder={t('interactions.number')}
          defaultValue={text('number')}
          onSearch={(value) => filter('number', value.replace(/\s/g, ''))}
          style={{ width: 230 }}
          data-testid="filter-number"
        />
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={t('column.queue')}
          placeholder={t('column.queue')}
          value={text('queue_id') || undefined}
          style={{ width: 150 }}
          options={[...queues.values()].map((queue) => ({ value: queue.id, label: queue.name }))}
          onChange={(value: string | undefined) => filter('queue_id', value)}
        />
        {everybody ? (
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            aria-label={t('column.agent')}
            placeholder={t('column.agent')}
            value={text('agent_id') || undefined}
            style={{ width: 170 }}
            options={[...agents.values()].map((agent) => ({
              value: agent.id,
              label: t('command.agent', { name: agent.name, number: agent.number }),
            }))}
            onChange={(value: string | undefined) => filter('agent_id', value)}
          />
        ) : null}
        <Select
          allowClear
          aria-label={t('column.direction')}
          placeholder={t('column.direction')}
          value={text('direction') || undefined}
          style={{ width: 120 }}
          options={directions.map((one) => ({ value: one, label: <Direction value={one} /> }))}
          onChange={(value: string | undefined) => filter('direction', value)}
          data-testid="filter-direction"
        />
        <Select
          allowClear
          aria-label={t('column.endReason')}
          placeholder={t('column.endReason')}
          value={text('end_reason') || undefined}
          style={{ width: 170 }}
          options={endReasons.map((reason) => ({ value: reason, label: t(`endReason.${reason}`) }))}
          onChange={(value: string | undefined) => filter('end_reason', value)}
        />
        <Select
          allowClear
          aria-label={t('column.recording')}
          placeholder={t('column.recording')}
          value={text('message_left') === 'true' ? 'message' : text('has_recording') || undefined}
          style={{ width: 120 }}
          options={[
            { value: 'true', label: t('interactions.withRecording') },
            { value: 'false', label: t('interactions.withoutRecording') },
            { value: 'message', label: t('interactions.withMessage') },
          ]}
          onChange={(value: string | undefined) =>
            change({
              has_recording: value === 'message' ? null : value,
              message_left: value === 'message' ? 'true' : null,
              page: null,
            })
          }
        />
        <Select
          allowClear
          aria-label={t('malicious.filter')}
          placeholder={t('malicious.filter')}
          value={text('malicious') || undefined}
          style={{ width: 130 }}
          options={[
            { value: 'true', label: t('malicious.only') },
            { value: 'false', label: t('malicious.without') },
          ]}
          onChange={(value: string | undefined) => filter('malicious', value)}
          data-testid="filter-malicious"
        />
        <Select
          allowClear
          aria-label={t('line.filter')}
          placeholder={t('line.filter')}
          value={text('mos_below') || undefined}
          style={{ width: 150 }}
          options={[
            { value: '3.6', label: t('line.belowFair') },
            { value: '3.1', label: t('line.belowPoor') },
          ]}
          onChange={(value: string | undefined) => filter('mos_below', value)}
          data-testid="filter-line"
        />
        <SummaryFilters text={text} change={(wanted) => change({ ...wanted, page: null })} />
        {active > 0 ? (
          <Button
            type="link"
            icon={<FilterOutlined />}
            onClick={() => change(Object.fromEntries([...filterNames, 'page'].map((name) => [name, null])))}
          >
            {t('interactions.clearFilters')}
          </Button>
        ) : null}
      </div>
      {parameters.has('queued_from') ? (
        <p className="hj-quiet hj-interactions-note">
          {t('interactions.queuedBetween', {
            from: dateTime(text('queued_from')),
            to: dateTime(text('queued_to')),
          })}
        </p>
      ) : null}
      {list.isPending ? (
        <LoadingView rows={12} />
      ) : list.isError ? (
        <ErrorView error={list.error} retry={() => void list.refetch()} />
      ) : (
        <div className="hj-panel">
          <Table<Interaction>
            size="small"
            rowKey="id"
            columns={columns}
            dataSource={list.data.items}
            loading={{ spinning: list.isPlaceholderData, delay: 200 }}
            onChange={onChange}
            scroll={{ x: true }}
            pagination={{
              current: list.data.page,
              pageSize: list.data.page_size,
              total: list.data.total,
              showSizeChanger: true,
              pageSizeOptions: [...pageSizes],
              showTotal: (total) => t('common.total', { number: total }),
              size: 'small',
              style: { marginInlineEnd: 12 },
            }}
            locale={{
              emptyText: (
                <EmptyView
                  what={active > 0 ? t('interactions.nothingMatches') : t('recent.empty')}
                  how={active > 0 ? t('interactions.nothingMatchesHow') : t('interactions.emptyHow')}
                />
              ),
            }}
            onRow={(one) => ({
              className: 'hj-row-link',
              tabIndex: 0,
              onClick: () => open(one),
              onKeyDown: (event) => {
                if (event.key === 'Enter') open(one);
              },
              ...({ 'data-testid': 'interaction-row', 'data-id': one.id } as object),
            })}
          />
        </div>
      )}
    </div>
  );
}
