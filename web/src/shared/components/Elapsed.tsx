import { Suspense } from 'react';
import { duration, elapsedSeconds } from '@/shared/format/format';
import { useNow } from '@/shared/live/hooks';
import { piece } from '@/shared/pieces/piece';

const LevelMark = piece(async () => ({ default: (await import('./LevelMark')).LevelMark }));

interface Props {
  since: string | null;
  amberAfter?: number;
  redAfter?: number;
  testId?: string;
}

/** How long something has lasted; amber past the first threshold, red past the second. */
export function Elapsed({ since, amberAfter = Infinity, redAfter = Infinity, testId }: Props) {
  const now = useNow();
  if (!since) return <span className="hj-timer hj-faint">–</span>;
  const seconds = elapsedSeconds(since, now);
  const level = seconds >= redAfter ? 'red' : seconds >= amberAfter ? 'amber' : 'calm';
  return (
    <span className="hj-timer" data-level={level} data-testid={testId}>
      {level === 'calm' ? null : (
        <Suspense fallback={null}>
          <LevelMark level={level} />
        </Suspense>
      )}{' '}
      {duration(Math.floor(seconds))}
    </span>
  );
}
