import { AudioMutedOutlined, AudioOutlined } from '@ant-design/icons';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { phone, usePhone } from '@/shared/phone/hooks';
import { LineMark } from './LineMark';

const silentAfterMilliseconds = 6000;
const heardLevel = 0.12;

/** The microphone's level while in a call, and a red line when nobody would hear the agent. */
export function LevelBar({ inCall, muted }: { inCall: boolean; muted: boolean }) {
  const { t } = useTranslation();
  const { call } = usePhone();
  const bar = useRef<HTMLSpanElement>(null);
  const [silent, setSilent] = useState(false);
  const talking = call?.state === 'talking';
  useEffect(() => {
    if (!talking) return;
    let heardAt = performance.now();
    let frame = requestAnimationFrame(function measure(now) {
      const level = phone.level();
      if (level > heardLevel) heardAt = now;
      if (bar.current) bar.current.style.transform = `scaleX(${level.toFixed(3)})`;
      setSilent(now - heardAt > silentAfterMilliseconds);
      frame = requestAnimationFrame(measure);
    });
    return () => {
      cancelAnimationFrame(frame);
      setSilent(false);
    };
  }, [talking]);
  const warning = !talking
    ? inCall && call === null
      ? t('phone.noSound')
      : null
    : muted
      ? t('phone.muted')
      : silent
        ? t('phone.notHeard')
        : null;
  return (
    <div
      className="hj-level"
      data-testid="level-meter"
      data-state={warning ? 'unheard' : talking ? 'heard' : 'off'}
    >
      {muted ? <AudioMutedOutlined aria-hidden /> : <AudioOutlined aria-hidden />}
      <span className="hj-level-track">
        <span ref={bar} className="hj-level-bar" />
      </span>
      {warning ? (
        <span className="hj-level-warning" role="alert">
          {warning}
        </span>
      ) : null}
      <LineMark />
    </div>
  );
}
