import {
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleFilled,
  LoadingOutlined,
  LoginOutlined,
} from '@ant-design/icons';
import { Alert, Button, Radio } from 'antd';
import { Suspense, useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { PhoneKind } from '@/shared/api/types';
import { useErrorText } from '@/shared/components/errors';
import { checkAudioLoop, checkConnection, type Verdict } from '@/shared/phone/check';
import { microphonePossible, openMicrophone } from '@/shared/phone/devices';
import { phone, usePhone } from '@/shared/phone/hooks';
import { rememberTold } from '@/shared/session/screenTold';
import { useSession } from '@/shared/session/session';
import { later, sharingPossible } from '@/shared/whole-screen/later';
import { DevicePicker } from './DevicePicker';
import { SeatChoice, useSeat } from './SeatChoice';
import { signInToWork, useDesktop } from './work';

const askToShare = later(() => import('@/shared/whole-screen/AskToShare'));

const marks: Record<Verdict, ReactNode> = {
  waiting: <ClockCircleOutlined className="hj-faint" />,
  running: <LoadingOutlined aria-hidden />,
  good: <CheckCircleFilled style={{ color: 'var(--hj-available)' }} />,
  bad: <CloseCircleFilled style={{ color: 'var(--hj-red)' }} />,
};

type CheckName = 'microphone' | 'connection' | 'loop';

/** Before work: which telephone, does it hear, does it reach the platform. */
export function SignInToWork() {
  const { t } = useTranslation();
  const session = useSession();
  const desktop = useDesktop().data;
  const viewed = desktop?.screen_viewed;
  const wholeScreen = desktop?.whole_screen ?? 'off';
  const [asking, setAsking] = useState(false);
  const account = session.account.id;
  useEffect(() => {
    if (viewed !== undefined) rememberTold(account, viewed);
  }, [account, viewed]);
  const errorText = useErrorText();
  const { devices } = usePhone();
  const secure = microphonePossible();
  const [kind, setKind] = useState<PhoneKind>(session.agent?.phone_kind ?? 'browser');
  const seat = useSeat();
  const [verdicts, setVerdicts] = useState<Record<CheckName, Verdict>>({
    microphone: 'waiting',
    connection: 'waiting',
    loop: 'waiting',
  });
  const [level, setLevel] = useState(0);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const verdict = (name: CheckName, value: Verdict) =>
    setVerdicts((current) => ({ ...current, [name]: value }));

  const microphone = async (): Promise<boolean> => {
    verdict('microphone', 'running');
    try {
      const stream = await openMicrophone(devices.microphone);
      stream.getTracks().forEach((track) => track.stop());
      verdict('microphone', 'good');
      return true;
    } catch {
      verdict('microphone', 'bad');
      return false;
    }
  };
  const check = async () => {
    phone.unlockAudio();
    const heard = await microphone();
    verdict('connection', 'running');
    verdict('connection', (await checkConnection()) ? 'good' : 'bad');
    if (!heard) return;
    verdict('loop', 'running');
    const loop = await checkAudioLoop(phone.audio(), devices.microphone, setLevel).catch(() => false);
    setLevel(0);
    verdict('loop', loop ? 'good' : 'bad');
  };
  const askFirst = wholeScreen !== 'off' && sharingPossible();
  const AskToShare = asking && askFirst ? askToShare() : null;
  const signIn = async (): Promise<boolean> => {
    setAsking(false);
    setBusy(true);
    setProblem(null);
    phone.unlockAudio();
    try {
      if (kind === 'browser' && !(await microphone())) {
        setProblem(t('work.noMicrophone'));
        return false;
      }
      await signInToWork(kind, seat.seat);
      return true;
    } catch (error) {
      setProblem(errorText(error));
      return false;
    } finally {
      setBusy(false);
    }
  };

  const row = (name: CheckName, extra?: ReactNode) => (
    <li data-testid={`check-${name}`} data-state={verdicts[name]}>
      {marks[verdicts[name]]}
      <div>
        <div>{t(`check.${name}`)}</div>
        <div className={verdicts[name] === 'bad' ? 'hj-check-bad' : 'hj-faint'}>
          {verdicts[name] === 'bad' ? t(`check.${name}Bad`) : t(`check.${name}Hint`)}
        </div>
        {extra}
      </div>
    </li>
  );
  const checking = Object.values(verdicts).includes('running');
  return (
    <section className="hj-panel hj-sign-in-work" data-testid="work-sign-in">
      <h2>{t('work.signInTitle')}</h2>
      <p className="hj-quiet">{t('work.signInLead', { number: session.agent?.number ?? '' })}</p>
      <Radio.Group
        value={kind}
        onChange={(event) => setKind(event.target.value as PhoneKind)}
        optionType="button"
        options={[
          { value: 'browser', label: t('phone.kindBrowser') },
          { value: 'phone', label: t('phone.kindPhone') },
        ]}
      />
      <SeatChoice {...seat} />
      {kind === 'browser' && !secure ? <InsecureNotice /> : null}
      {kind === 'browser' && secure ? (
        <div className="hj-sign-in-work-columns">
          <DevicePicker refresh={verdicts.microphone} />
          <div>
            <ul className="hj-checks">
              {row('microphone')}
              {row('connection')}
              {row(
                'loop',
                verdicts.loop === 'running' ? (
                  <span className="hj-level-track">
                    <span className="hj-level-bar" style={{ transform: `scaleX(${level.toFixed(3)})` }} />
                  </span>
                ) : null,
              )}
            </ul>
            <Button onClick={check} disabled={checking} data-testid="run-check">
              {t('check.run')}
            </Button>
          </div>
        </div>
      ) : null}
      {kind === 'phone' ? <p className="hj-quiet">{t('work.hardPhoneHint')}</p> : null}
      {viewed ? (
        <Alert type="info" showIcon title={t('screenViewed.atSignIn')} data-testid="screen-told" />
      ) : null}
      {problem ? <Alert type="error" showIcon title={problem} data-testid="work-problem" /> : null}
      <Button
        type="primary"
        size="large"
        icon={<LoginOutlined aria-hidden />}
        loading={busy}
        disabled={kind === 'browser' && !secure}
        onClick={askFirst ? () => setAsking(true) : signIn}
        data-testid="sign-in-to-work"
      >
        {t('work.signIn')}
      </Button>
      {AskToShare ? (
        <Suspense fallback={null}>
          <AskToShare
            account={account}
            required={wholeScreen === 'required'}
            goOn={signIn}
            close={() => setAsking(false)}
          />
        </Suspense>
      ) : null}
    </section>
  );
}

/** Why the microphone cannot be had on this address, and what to do. */
function InsecureNotice() {
  const { t } = useTranslation();
  return (
    <Alert
      type="warning"
      showIcon
      data-testid="insecure-notice"
      title={t('insecure.title')}
      description={
        <>
          <p>{t('insecure.why', { address: location.origin })}</p>
          <p>{t('insecure.how')}</p>
          <pre className="hj-mono">./hujiao up --address {location.hostname}</pre>
          <p>{t('insecure.then')}</p>
          <Link to="/trust">{t('trust.title')}</Link>
        </>
      }
    />
  );
}
