import { CaretRightFilled, PauseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { address } from '@/shared/api/client';
import type { Prompt } from '@/shared/api/types';

/** Plays one prompt from its beginning; pressed again it stops. */
export function ListenButton({ prompt, text }: { prompt: Prompt; text?: string }) {
  const { t } = useTranslation();
  const audio = useRef<HTMLAudioElement | null>(null);
  const [playing, setPlaying] = useState(false);
  useEffect(() => () => audio.current?.pause(), []);
  const toggle = () => {
    if (playing) {
      audio.current?.pause();
      return;
    }
    audio.current ??= new Audio(address(`/prompts/${prompt.id}/audio`, { v: prompt.sha256 }));
    audio.current.onplay = () => setPlaying(true);
    audio.current.onpause = () => setPlaying(false);
    audio.current.currentTime = 0;
    audio.current.play().catch(() => setPlaying(false));
  };
  return (
    <Button
      type={text ? 'default' : 'text'}
      size="small"
      icon={playing ? <PauseOutlined /> : <CaretRightFilled />}
      aria-label={text ? undefined : t('prompt.listen')}
      aria-pressed={playing}
      data-testid="listen"
      data-playing={playing}
      onClick={(event) => {
        event.stopPropagation();
        toggle();
      }}
    >
      {text}
    </Button>
  );
}
