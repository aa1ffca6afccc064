import { Button, Spin } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '@/shared/components/Notice';
import type { Whole } from './whole';

interface Props {
  whole: Whole;
  /** The first picture is there. */
  seen: () => void;
  again: () => void;
}

/** All of an agent's screen, or why there is none to see. */
export function WholeStage({ whole, seen, again }: Props) {
  const { t } = useTranslation();
  const video = useRef<HTMLVideoElement>(null);
  const { phase, stream } = whole;
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return (
    <div className="hj-screen-whole hj-private" data-testid="whole-screen" data-phase={phase}>
      <video
        ref={video}
        muted
        autoPlay
        playsInline
        onLoadedData={seen}
        aria-label={t('screenView.wholeScreen')}
        data-testid="whole-screen-video"
      />
      {phase === 'live' ? null : (
        <div className="hj-screen-over">
          {phase === 'connecting' ? (
            <Spin description={t('screenView.connecting')}>
              <div className="hj-screen-wait" />
            </Spin>
          ) : phase === 'failed' ? (
            <Notice
              title={t('screenView.whole.failed')}
              hint={t(`screenView.whole.why.${whole.why}`)}
              action={
                <Button onClick={again} data-testid="whole-screen-try-again">
                  {t('screenView.whole.again')}
                </Button>
              }
            />
          ) : (
            <Notice title={t(`screenView.whole.${phase}`)} hint={t(`screenView.whole.${phase}Hint`)} />
          )}
        </div>
      )}
    </div>
  );
}
