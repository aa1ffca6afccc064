import { DownloadOutlined } from '@ant-design/icons';
import { Alert, App, Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { address, api } from '@/shared/api/client';
import type { CustomerImport, TakeBackCount } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';
import { useCustomersChanged } from '@/shared/customers/data';
import { duration } from '@/shared/format/format';
import { imports, isActive, progressOf } from './data';

interface Props {
  one: CustomerImport;
  renewed: () => Promise<unknown>;
  toColumns: () => void;
}

/** How far the check or the import is, what it has found, and what can be done then. */
export function Running({ one, renewed, toColumns }: Props) {
  const { t } = useTranslation();
  return (
    <div className="hj-panel hj-panel-body hj-import-run" data-testid="import-run">
      {one.problem ? <Alert type="error" showIcon title={one.problem} data-testid="import-failed" /> : null}
      {isActive(one) ? <HowFar one={one} /> : null}
      <Figures one={one} />
      {one.has_refused ? (
        <p className="hj-import-refused">
          <Button
            icon={<DownloadOutlined />}
            href={address(`${imports}/${one.id}/refused.csv`)}
            download
            data-testid="import-refused"
          >
            {t('customerImport.refusedFile')}
          </Button>
          <span className="hj-faint">{t('customerImport.refusedHow')}</span>
        </p>
      ) : null}
      <Acts one={one} renewed={renewed} toColumns={toColumns} />
    </div>
  );
}

function HowFar({ one }: { one: CustomerImport }) {
  const { t } = useTranslation();
  const { percent, secondsLeft } = progressOf(one);
  const rows = { done: one.done.toLocaleString(), total: one.total.toLocaleString() };
  const told =
    one.state === 'taking_back'
      ? [
          t('customerImport.progress', {
            done: one.taken_back.toLocaleString(),
            total: one.created.toLocaleString(),
          }),
        ]
      : one.done === 0
        ? [t('customerImport.waiting')]
        : [
            t(one.state === 'checking' ? 'customerImport.about' : 'customerImport.progress', rows),
            t('customerImport.rate', { rate: Math.round(one.rate).toLocaleString() }),
            ...(secondsLeft === null
              ? []
              : [t('customerImport.left', { time: duration(Math.ceil(secondsLeft)) })]),
          ];
  return (
    <div className="hj-import-progress">
      <Progress
        percent={Math.floor(percent)}
        strokeColor="var(--hj-accent)"
        aria-label={t(`customerImport.state.${one.state}`)}
      />
      <div className="hj-faint" aria-live="polite" data-testid="import-progress">
        {told.join(' · ')}
      </div>
    </div>
  );
}

function Figures({ one }: { one: CustomerImport }) {
  const { t } = useTranslation();
  const before = one.state === 'checking' || one.state === 'checked';
  const figures = [
    ['new', t('customerImport.new'), one.created],
    ['changed', t(before ? 'customerImport.willChange' : 'customerImport.changed'), one.changed],
    ['skipped', t('customerImport.skipped'), one.skipped],
    ['refused', t('customerImport.refused'), one.refused],
    ...(one.taken_back ? [['taken-back', t('customerImport.takenBack'), one.taken_back] as const] : []),
  ] as const;
  return (
    <dl className="hj-import-figures">
      {figures.map(([key, label, count]) => (
        <div key={key} className={key === 'refused' && count > 0 ? 'hj-import-bad' : undefined}>
          <dt>{label}</dt>
          <dd data-testid={`import-${key}-count`}>{count.toLocaleString()}</dd>
        </div>
      ))}
    </dl>
  );
}

function Acts({ one, renewed, toColumns }: Props) {
  const { t } = useTranslation();
  const { busy, run } = useAct();
  const { modal } = App.useApp();
  const takeBack = useTakeBack(one, renewed);
  const act = (what: string) =>
    run(async () => {
      await api.post(`${imports}/${one.id}/${what}`);
      await renewed();
    });
  const cancel = () =>
    modal.confirm({
      title: t('customerImport.cancelTitle'),
      content: t('customerImport.cancelText'),
      okText: t('customerImport.cancel'),
      okButtonProps: { danger: true },
      cancelText: t('customerImport.goOn'),
      onOk: () => act('cancel'),
    });
  switch (one.state) {
    case 'checking':
      return (
        <div className="hj-import-end">
          <Button onClick={() => void act('cancel')} disabled={busy} data-testid="import-cancel">
            {t('customerImport.cancelCheck')}
          </Button>
        </div>
      );
    case 'checked': {
      const count = one.created + one.changed;
      return (
        <div className="hj-import-end">
          {count === 0 ? <span>{t('customerImport.nothingToRun')}</span> : null}
          <Button onClick={toColumns} data-testid="import-columns-again">
            {t('customerImport.columnsAgain')}
          </Button>
          {count > 0 ? (
            <Button
              type="primary"
              loading={busy}
              onClick={() => void act('run')}
              data-testid="import-run-now"
            >
              {t('customerImport.runCount', { number: count.toLocaleString() })}
            </Button>
          ) : null}
        </div>
      );
    }
    case 'importing':
      return (
        <div className="hj-import-end">
          <Button danger onClick={cancel} disabled={busy} data-testid="import-cancel">
            {t('customerImport.cancel')}
          </Button>
        </div>
      );
    case 'taking_back':
    case 'uploaded':
      return null;
    default:
      return (
        <div className="hj-import-end">
          {one.created > 0 && one.state !== 'taken_back' ? (
            <Button danger type="text" onClick={() => void takeBack()} data-testid="import-take-back">
              {t('customerImport.takeBack')}
            </Button>
          ) : null}
          <Link to="/customers/imports">
            <Button>{t('customerImport.another')}</Button>
          </Link>
          <Link to="/customers">
            <Button type="primary">{t('customerImport.toCustomers')}</Button>
          </Link>
        </div>
      );
  }
}

/** Says how many would go, and takes them back when that is confirmed. */
function useTakeBack(one: CustomerImport, renewed: () => Promise<unknown>) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const { run } = useAct();
  const changed = useCustomersChanged();
  const path = `${imports}/${one.id}/taking-back`;
  return () =>
    run(async () => {
      const { count, changed: kept } = await api.get<TakeBackCount>(path);
      if (count === 0) {
        modal.info({ title: t('customerImport.takeBackNobody') });
        return;
      }
      modal.confirm({
        title: t('customerImport.takeBackTitle', { number: count.toLocaleString() }),
        content: (
          <>
            <p>{t('customerImport.takeBackText')}</p>
            {kept > 0 ? <p>{t('customerImport.takeBackKept', { number: kept.toLocaleString() })}</p> : null}
          </>
        ),
        okText: t('customerImport.takeBack'),
        okButtonProps: { danger: true },
        cancelText: t('common.cancel'),
        focusable: { autoFocusButton: 'cancel' },
        onOk: () =>
          run(async () => {
            await api.post(path, { expected: count });
            await Promise.all([renewed(), changed()]);
          }),
      });
    });
}
