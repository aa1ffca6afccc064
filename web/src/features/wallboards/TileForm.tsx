import { DeleteOutlined } from '@ant-design/icons';
import { Button, Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { IndicatorSettings, Tile } from '@/shared/api/types';
import { chosenName, type Option } from '@/shared/catalogue/useOptions';
import { asksGroups, asksQueues } from './tiles';
import { agentFigures, type Figure, figures, queueFigures, shares, trendFigures } from './values';

interface Props {
  tile: Tile;
  name: string;
  queues: Option[];
  groups: Option[];
  settings: IndicatorSettings | undefined;
  change: (tile: Tile) => void;
  remove: () => void;
}

/** What the chosen tile shows. */
export function TileForm({ tile, name, queues, groups, settings, change, remove }: Props) {
  const { t } = useTranslation();
  const minutes = settings?.minutes ?? 5;
  const within = settings?.within ?? [20];
  const options = (names: readonly Figure[]) =>
    names.map((value) => ({
      value,
      label: t(`wallboard.figure.${value}`, { minutes, seconds: within.at(-1) ?? 20 }),
    }));
  return (
    <Form layout="vertical" className="hj-tile-form" data-testid="tile-form">
      <Form.Item label={t('wallboard.tileTitle')}>
        <Input
          aria-label={t('wallboard.tileTitle')}
          value={tile.title}
          maxLength={60}
          placeholder={name}
          onChange={(event) => change({ ...tile, title: event.target.value })}
          data-testid="tile-title"
        />
      </Form.Item>
      {tile.kind === 'figure' ? (
        <Form.Item label={t('wallboard.kind.figure')}>
          <Select
            aria-label={t('wallboard.kind.figure')}
            showSearch={{ optionFilterProp: 'label' }}
            value={tile.figure}
            options={options(figures)}
            onChange={(figure) =>
              change({
                ...tile,
                figure,
                bounds: null,
                seconds: figure === 'within' ? (within.at(-1) ?? 20) : null,
                group_ids: agentFigures.includes(figure) ? tile.group_ids : [],
                queue_ids: figure === 'in_flow' ? [] : tile.queue_ids,
              })
            }
            data-testid="tile-figure"
          />
        </Form.Item>
      ) : null}
      {tile.kind === 'figure' && tile.figure === 'within' ? (
        <Form.Item label={t('wallboard.seconds')}>
          <Select
            aria-label={t('wallboard.seconds')}
            value={tile.seconds}
            options={within.map((value) => ({
              value,
              label: t('wallboard.withinSeconds', { seconds: value }),
            }))}
            onChange={(seconds: number) => change({ ...tile, seconds })}
          />
        </Form.Item>
      ) : null}
      {tile.kind === 'bars' ? (
        <Form.Item label={t('wallboard.barsOf')}>
          <Select
            aria-label={t('wallboard.barsOf')}
            value={tile.of}
            options={[{ value: 'agents', label: t('wallboard.bars.agents') }, ...options(queueFigures)]}
            onChange={(of) => change({ ...tile, of: of, group_ids: of === 'agents' ? tile.group_ids : [] })}
            data-testid="tile-bars"
          />
        </Form.Item>
      ) : null}
      {tile.kind === 'trend' ? (
        <>
          <Form.Item label={t('wallboard.kind.trend')}>
            <Select
              aria-label={t('wallboard.kind.trend')}
              value={tile.figure}
              options={trendFigures.map((value) => ({ value, label: t(`wallboard.trend.${value}`) }))}
              onChange={(figure: (typeof trendFigures)[number]) => change({ ...tile, figure })}
              data-testid="tile-trend"
            />
          </Form.Item>
          <Form.Item label={t('wallboard.span')}>
            <Select
              aria-label={t('wallboard.span')}
              value={tile.hours}
              options={([1, 2, 4, 8] as const).map((hours) => ({
                value: hours,
                label: t('wallboard.hours', { hours }),
              }))}
              onChange={(hours: 1 | 2 | 4 | 8) => change({ ...tile, hours })}
            />
          </Form.Item>
        </>
      ) : null}
      {tile.kind === 'queues' ? (
        <Form.Item label={t('wallboard.columns')}>
          <Select
            aria-label={t('wallboard.columns')}
            mode="multiple"
            maxCount={8}
            value={tile.columns}
            options={options(queueFigures)}
            onChange={(columns: typeof tile.columns) =>
              columns.length > 0 ? change({ ...tile, columns }) : undefined
            }
            data-testid="tile-columns"
          />
        </Form.Item>
      ) : null}
      {tile.kind === 'text' ? (
        <Form.Item label={t('wallboard.kind.text')}>
          <Input.TextArea
            aria-label={t('wallboard.kind.text')}
            value={tile.text}
            rows={3}
            maxLength={500}
            onChange={(event) => change({ ...tile, text: event.target.value })}
            data-testid="tile-text"
          />
        </Form.Item>
      ) : null}
      {asksQueues(tile) && 'queue_ids' in tile ? (
        <Form.Item label={t('wallboard.queues')}>
          <Select
            aria-label={t('wallboard.queues')}
            mode="multiple"
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('wallboard.allQueues')}
            value={tile.queue_ids}
            options={queues}
            labelRender={chosenName}
            onChange={(queue_ids: string[]) => change({ ...tile, queue_ids })}
            data-testid="tile-queues"
          />
        </Form.Item>
      ) : null}
      {asksGroups(tile) && 'group_ids' in tile ? (
        <Form.Item label={t('wallboard.groups')}>
          <Select
            aria-label={t('wallboard.groups')}
            mode="multiple"
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('wallboard.allGroups')}
            value={tile.group_ids}
            options={groups}
            labelRender={chosenName}
            onChange={(group_ids: string[]) => change({ ...tile, group_ids })}
          />
        </Form.Item>
      ) : null}
      {tile.kind === 'figure' ? <Bounds tile={tile} change={change} /> : null}
      <Button danger icon={<DeleteOutlined />} onClick={remove} data-testid="tile-remove">
        {t('wallboard.removeTile')}
      </Button>
    </Form>
  );
}

function Bounds({ tile, change }: { tile: Extract<Tile, { kind: 'figure' }>; change: (tile: Tile) => void }) {
  const { t } = useTranslation();
  const share = shares.has(tile.figure);
  const scale = share ? 100 : 1;
  const set = (level: 'amber' | 'red', value: number | null) => {
    const bounds = { amber: null, red: null, ...tile.bounds, [level]: value === null ? null : value / scale };
    change({ ...tile, bounds: bounds.amber === null && bounds.red === null ? null : bounds });
  };
  return (
    <Form.Item label={t('wallboard.bounds')} extra={t('wallboard.boundsHint')}>
      <div className="hj-tile-bounds">
        {(['amber', 'red'] as const).map((level) => {
          const value = tile.bounds?.[level] ?? null;
          return (
            <InputNumber<number>
              key={level}
              min={0}
              max={share ? 100 : 86_400}
              value={value === null ? null : Math.round(value * scale * 100) / 100}
              prefix={<span className={`hj-tile-bound-${level}`}>{t(`alarm.level.${level}`)}</span>}
              suffix={share ? '%' : tile.figure.endsWith('_wait') ? 's' : undefined}
              aria-label={t(`alarm.level.${level}`)}
              onChange={(next) => set(level, next)}
              data-testid={`tile-bound-${level}`}
            />
          );
        })}
      </div>
    </Form.Item>
  );
}
