import {
  BackwardOutlined,
  CaretRightFilled,
  DownloadOutlined,
  ForwardOutlined,
  PauseOutlined,
} from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Segmented, Spin, Tag, Tooltip } from 'antd';
import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { address, api } from '@/shared/api/client';
import type { Peaks, Recording } from '@/shared/api/types';
import { duration } from '@/shared/format/format';
import './player.css';
import { drawWaveform } from './waveform';

const speeds = [0.75, 1, 1.25, 1.5, 2];
const skipSeconds = 10;

/** What is shorter than this is hardly a word. */
const shortestMessageSeconds = 1;

/** Plays one recording; the customer's voice above, the agent's below. A message has the customer's alone. */
export function Player({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  if (recording.state === 'failed') return <Alert type="error" showIcon title={t('player.failed')} />;
  if (recording.state !== 'ready')
    return (
      <div className="hj-player-wait" data-testid="player" data-state={recording.state}>
        <Spin size="small" /> {t(recording.state === 'recording' ? 'player.recording' : 'player.processing')}
      </div>
    );
  return <ReadyPlayer recording={recording} />;
}

function ReadyPlayer({ recording }: { recording: Recording }) {
  const { t } = useTranslation();
  const audio = useRef<HTMLAudioElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const [position, setPosition] = useState(0);
  const [broken, setBroken] = useState(false);
  const peaks = useQuery({
    queryKey: ['peaks', recording.id],
    queryFn: () => api.get<Peaks>(`/recordings/${recording.id}/peaks`),
    staleTime: Infinity,
  });
  const length = recording.duration_seconds ?? peaks.data?.duration_seconds ?? 0;
  const message = recording.channels === 1;

  const draw = useCallback(() => {
    if (canvas.current)
      drawWaveform(canvas.current, peaks.data ?? null, length ? position / length : 0, message);
  }, [peaks.data, position, length, message]);
  useEffect(draw, [draw]);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      observer.disconnect();
      themes.disconnect();
    };
  }, [draw]);
  useEffect(() => {
    if (!playing) return;
    let frame = requestAnimationFrame(function follow() {
      setPosition(audio.current?.currentTime ?? 0);
      frame = requestAnimationFrame(follow);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing]);

  const seek = (seconds: number) => {
    if (!audio.current) return;
    audio.current.currentTime = Math.max(0, Math.min(length, seconds));
    setPosition(audio.current.currentTime);
  };
  const toggle = () => {
    if (audio.current?.paused) audio.current.play().catch(() => setBroken(true));
    else audio.current?.pause();
  };
  const keys = (event: KeyboardEvent) => {
    const acts: Record<string, () => void> = {
      ' ': toggle,
      ArrowLeft: () => seek(position - 5),
      ArrowRight: () => seek(position + 5),
      Home: () => seek(0),
      End: () => seek(length),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  return (
    <div className="hj-player" data-testid="player" data-state={playing ? 'playing' : 'paused'}>
      {/* A telephone conversation has no captions file; its transcript belongs to a later screen. */}
      <audio
        ref={audio}
        src={address(`/recordings/${recording.id}/audio`)}
        preload="metadata"
        data-testid="player-audio"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlaying(false)}
        onError={() => setBroken(true)}
        onLoadedMetadata={(event) => {
          event.currentTarget.playbackRate = speed;
        }}
      />
      <div className="hj-player-lanes">
        <div className="hj-player-names">
          <span style={{ color: 'var(--hj-customer)' }}>
            {t(message ? 'player.message' : 'player.customer')}
          </span>
          {message ? null : <span style={{ color: 'var(--hj-agent)' }}>{t('player.agent')}</span>}
        </div>
        <canvas
          ref={canvas}
          className="hj-player-wave"
          role="slider"
          tabIndex={0}
          aria-label={t('player.position')}
          aria-valuemin={0}
          aria-valuemax={Math.round(length)}
          aria-valuenow={Math.round(position)}
          aria-valuetext={duration(position)}
          onKeyDown={keys}
          onPointerDown={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const to = (x: number) => seek(((x - box.left) / box.width) * length);
            const move = (moved: PointerEvent) => to(moved.clientX);
            to(event.clientX);
            window.addEventListener('pointermove', move);
            window.addEventListener('pointerup', () => window.removeEventListener('pointermove', move), {
              once: true,
            });
          }}
        />
      </div>
      <div className="hj-player-controls">
        <Tooltip title={t('player.back', { seconds: skipSeconds })}>
          <Button
            type="text"
            icon={<BackwardOutlined />}
            aria-label={t('player.back', { seconds: skipSeconds })}
            onClick={() => seek(position - skipSeconds)}
          />
        </Tooltip>
        <Button
          type="primary"
          shape="circle"
          icon={playing ? <PauseOutlined /> : <CaretRightFilled />}
          aria-label={playing ? t('player.pause') : t('player.play')}
          data-testid="player-play"
          onClick={toggle}
        />
        <Tooltip title={t('player.forward', { seconds: skipSeconds })}>
          <Button
            type="text"
            icon={<ForwardOutlined />}
            aria-label={t('player.forward', { seconds: skipSeconds })}
            onClick={() => seek(position + skipSeconds)}
          />
        </Tooltip>
        <span className="hj-figures">
          {duration(Math.floor(position))} <span className="hj-faint">/ {duration(length)}</span>
        </span>
        {message && length < shortestMessageSeconds ? <Tag color="orange">{t('player.tooShort')}</Tag> : null}
        <Segmented
          aria-label={t('player.speed')}
          size="small"
          options={speeds.map((value) => ({ value, label: `${String(value)}×` }))}
          value={speed}
          onChange={(value) => {
            setSpeed(value);
            if (audio.current) audio.current.playbackRate = value;
          }}
        />
        <a
          className="hj-player-download"
          href={address(`/recordings/${recording.id}/audio`, { download: true })}
          download
        >
          <DownloadOutlined /> {t('player.download')}
        </a>
      </div>
      {broken ? <Alert type="warning" showIcon title={t('player.broken')} /> : null}
    </div>
  );
}
