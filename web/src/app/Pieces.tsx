import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import type { AgentLive } from '@/shared/api/types';
import { useLive, useLiveAgent } from '@/shared/live/hooks';
import { usePhone } from '@/shared/phone/hooks';
import { loadPieces, noneFailed, usePieceMissing, wasAway } from '@/shared/pieces/piece';
import { loadedWhole, useHold, useReloadWhenQuiet } from '@/shared/pieces/reload';
import { useSession } from '@/shared/session/session';

const quietMs = 10_000;
const busy: AgentLive['state'][] = ['reserved', 'engaged', 'wrap_up'];

/** Loads the pieces of the page in the background; says so when one is missing. */
export function Pieces() {
  const { t } = useTranslation();
  const mine = useSession().agent?.id;
  const agent = useLiveAgent(mine);
  const status = useLive((state) => state.status);
  const missing = usePieceMissing();
  const inHand =
    mine !== undefined && (agent === null || busy.includes(agent.state) || agent.items.length > 0);
  const connected = status === 'live' || status === 'off';
  const loaded = useInBackground(useReady(mine !== undefined) && connected);
  useHold(inHand || !connected);
  const reloads = useReloadWhenQuiet(missing);
  if (!missing) return <span hidden data-testid="pieces" data-loaded={loaded} />;
  return (
    <div className="hj-piece-missing" role="status" data-testid="piece-missing">
      <span>
        {t(wasAway() ? 'error.pieceMissingAway' : 'error.pieceMissing')}{' '}
        <span className="hj-quiet">{t(reloads ? 'error.pieceMissingHint' : 'error.pieceMissingAgain')}</span>
      </span>
      <Button size="small" onClick={() => location.reload()}>
        {t('common.reload')}
      </Button>
    </div>
  );
}

/** Whether the screen has all that it needs to begin: an agent's desktop once signed in, with its telephone. */
function useReady(works: boolean): boolean {
  const agent = useLiveAgent(useSession().agent?.id);
  const { registration } = usePhone();
  const { pathname } = useLocation();
  if (!works || pathname !== '/desktop') return true;
  if (agent === null || agent.state === 'logged_out') return false;
  return agent.phone_kind !== 'browser' || registration === 'registered';
}

/** Some seconds after a screen was opened, and while on line, what it may still need is loaded. Returns whether it is. */
function useInBackground(ready: boolean): boolean {
  const { pathname } = useLocation();
  const [loadedOf, setLoadedOf] = useState('');
  useEffect(() => {
    if (!ready) return;
    const left = new AbortController();
    const load = async () => {
      const all = await loadPieces(() => navigator.onLine && !left.signal.aborted);
      if (!all || left.signal.aborted) return;
      setLoadedOf(pathname);
      if (noneFailed()) loadedWhole();
    };
    const timer = setTimeout(() => void load(), quietMs);
    return () => {
      left.abort();
      clearTimeout(timer);
    };
  }, [ready, pathname]);
  return loadedOf === pathname;
}
