import { Alert, Segmented, Select } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrialChange, TrialResult as Result } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { Chart } from '@/shared/components/Chart';
import { percentage } from '@/shared/format/format';
import {
  busyPart,
  courseOption,
  shown,
  signed,
  timeAt,
  trialFigures,
  uncertainty,
  verdict,
  type TrialFigure,
} from './trial';

const figures = Object.keys(trialFigures) as TrialFigure[];

/** Before and after, and whether what is said of before is what was. */
export function TrialResult({ result, queueId }: { result: Result; queueId?: string }) {
  const { t } = useTranslation();
  const queues = useOptions('/queues');
  const [chosen, setChosen] = useState(queueId ?? 'all');
  const tiers = Object.keys(result.tiers);
  const scopes = [
    { value: 'all', label: t('trial.all') },
    ...(tiers.length > 1
      ? tiers.map((tier) => ({ value: `tier ${tier}`, label: t('trial.tier', { tier }) }))
      : []),
    ...Object.keys(result.queues).map((id) => ({ value: id, label: queues.nameOf(id) })),
  ];
  const changes =
    chosen === 'all'
      ? result.all
      : chosen.startsWith('tier ')
        ? result.tiers[chosen.slice(5)]
        : result.queues[chosen];
  return (
    <div className="hj-stack" data-testid="trial-result">
      <Truth result={result} queueId={queueId} />
      <section className="hj-panel">
        <div className="hj-panel-head">
          {t('trial.compared')}
          <Select
            size="small"
            className="hj-panel-head-end hj-trial-scope"
            aria-label={t('trial.of')}
            value={chosen}
            options={scopes}
            onChange={setChosen}
            showSearch={{ optionFilterProp: 'label' }}
          />
        </div>
        <table className="hj-trial-table">
          <thead>
            <tr>
              <th />
              <th>{t('trial.before')}</th>
              <th>{t('trial.after')}</th>
              <th>{t('trial.difference')}</th>
            </tr>
          </thead>
          <tbody>
            {figures.map((figure) => {
              const change = changes?.[figure];
              return change ? (
                <Row
                  key={figure}
                  name={t(`trial.figure.${figure}`)}
                  change={change}
                  shape={trialFigures[figure]}
                />
              ) : null;
            })}
            {(['mean', 'deviation'] as const).map((figure) => {
              const change = result.occupancy[figure];
              return chosen === 'all' && change ? (
                <Row
                  key={figure}
                  name={t(`trial.occupancy.${figure}`)}
                  change={change}
                  shape={{ form: 'share' }}
                />
              ) : null;
            })}
          </tbody>
        </table>
      </section>
      <Along result={result} name={queueId ? queues.nameOf(queueId) : t('trial.all')} />
      <ByQueue result={result} nameOf={queues.nameOf} />
      <footer className="hj-faint hj-trial-notes">
        <p>{t('trial.basis', { callers: result.callers, agents: result.agents, runs: result.runs })}</p>
        {result.notes.map((note) => (
          <p key={note.kind}>
            {t(`trial.note.${note.kind}`, {
              count: note.count,
              queues: note.queue_ids.map(queues.nameOf).join(t('trial.comma')),
            })}
          </p>
        ))}
        <p>{t('trial.leftOut')}</p>
      </footer>
    </div>
  );
}

function Row({
  name,
  change,
  shape,
}: {
  name: string;
  change: TrialChange;
  shape: { form: 'share' | 'seconds' | 'count'; rising?: boolean };
}) {
  const { t } = useTranslation();
  const { difference } = change;
  const says = shape.rising === undefined ? 'same' : verdict(change, shape.rising);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{shown(shape.form, change.before.mean)}</td>
      <td>{shown(shape.form, change.after.mean)}</td>
      <td data-verdict={says}>
        {signed(shape.form, difference.mean)}
        <span className="hj-faint">
          {uncertainty(shape.form, difference)}
          {difference.mean === null ? '' : ` ${t(`trial.unit.${shape.form}`)}`}
        </span>
      </td>
    </tr>
  );
}

/** What happened on those days beside what the present set-up makes of them. */
function Truth({ result, queueId }: { result: Result; queueId?: string }) {
  const { t } = useTranslation();
  const found = (queueId ? result.calibration.queues[queueId] : undefined) ?? result.calibration.all;
  const { simulated } = found.service_level;
  const half = simulated.half === null ? '' : ` ± ${(simulated.half * 100).toFixed(1)}`;
  return (
    <Alert
      type={found.agrees ? 'success' : 'warning'}
      showIcon
      className="hj-trial-truth"
      data-testid="trial-truth"
      data-agrees={found.agrees}
      title={t(found.agrees ? 'trial.agrees' : 'trial.differs')}
      description={
        <>
          {t('trial.truth', {
            real: percentage(found.service_level.real),
            simulated: `${percentage(simulated.mean)}${half}`,
            realWait: shown('seconds', found.asa_seconds.real),
            simulatedWait: shown('seconds', found.asa_seconds.simulated.mean),
            realLost: percentage(found.abandoned_share.real),
            simulatedLost: percentage(found.abandoned_share.simulated.mean),
          })}
          {found.agrees ? null : <div>{t('trial.differsHow')}</div>}
        </>
      }
    />
  );
}

function Along({ result, name }: { result: Result; name: string }) {
  const { t } = useTranslation();
  const [shownFigure, setShownFigure] = useState<'service_level' | 'wait_seconds'>('service_level');
  const { course } = result;
  const points = useMemo(() => {
    const [first, end] = busyPart(course.before.map((piece) => piece.offered));
    return course.before.slice(first, end).map((piece, at) => ({
      label: timeAt((first + at) * course.step_seconds),
      before: piece[shownFigure],
      after: course.after[first + at]?.[shownFigure] ?? null,
    }));
  }, [course, shownFigure]);
  const option = useCallback(
    () =>
      courseOption(
        points,
        { before: t('trial.before'), after: t('trial.after') },
        shownFigure === 'service_level' ? 'share' : 'seconds',
      ),
    [points, shownFigure, t],
  );
  return (
    <section className="hj-panel">
      <div className="hj-panel-head">
        {t('trial.along', { name })}
        <Segmented
          aria-label={t('trial.along', { name })}
          size="small"
          className="hj-panel-head-end"
          value={shownFigure}
          onChange={setShownFigure}
          options={[
            { value: 'service_level', label: t('trial.figure.service_level') },
            { value: 'wait_seconds', label: t('trial.figure.mean_wait_seconds') },
          ]}
        />
      </div>
      <div className="hj-panel-body">
        <Chart
          option={option}
          label={t('trial.along', { name })}
          className="hj-trial-chart"
          testId="trial-chart"
        />
      </div>
    </section>
  );
}

/** Every queue's service level: who gains and who pays. */
function ByQueue({ result, nameOf }: { result: Result; nameOf: (id: string) => string }) {
  const { t } = useTranslation();
  const rows = Object.entries(result.queues).flatMap(([id, change]) => {
    const level = change['service_level'];
    return level && level.before.mean !== null ? [{ id, level }] : [];
  });
  if (rows.length < 2) return null;
  return (
    <section className="hj-panel">
      <div className="hj-panel-head">{t('trial.byQueue')}</div>
      <div className="hj-panel-body hj-trial-queues">
        {rows.map(({ id, level }) => (
          <div key={id} className="hj-trial-queue">
            <span title={nameOf(id)}>{nameOf(id)}</span>
            <div className="hj-trial-bars">
              <i style={{ width: `${(level.before.mean ?? 0) * 100}%` }} />
              <b style={{ width: `${(level.after.mean ?? 0) * 100}%` }} />
            </div>
            <span>
              {percentage(level.before.mean)} → {percentage(level.after.mean)}
            </span>
            <span data-verdict={verdict(level, true)}>{signed('share', level.difference.mean)}</span>
          </div>
        ))}
      </div>
    </section>
  );
}
