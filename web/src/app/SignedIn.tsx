import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Spin } from 'antd';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useLocation, useNavigate } from 'react-router';
import { api, ApiError, onSignedOut } from '@/shared/api/client';
import type { Session } from '@/shared/api/types';
import { Notice } from '@/shared/components/Notice';
import { LiveContext } from '@/shared/live/hooks';
import { liveSocketAddress, LiveStore } from '@/shared/live/store';
import { phone, usePhone } from '@/shared/phone/hooks';
import { RemoteAudio } from '@/shared/phone/RemoteAudio';
import { SessionContext } from '@/shared/session/session';
import { sessionQuery } from './session';
import { Shell } from './Shell';

/** Everything behind the sign-in: the session, the live connection and the shell around the screens. */
export function SignedIn() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery);
  const { data, error } = session;
  if (error instanceof ApiError && error.status === 401) return <SessionEnded knew={data !== undefined} />;
  // A server that cannot be asked says nothing against a session: the work, and the call, go on.
  if (data) return <Connected session={data} />;
  if (session.isPending) return <Spin fullscreen delay={300} />;
  return (
    <Notice
      title={t('error.unreachable')}
      action={<Button onClick={() => void session.refetch()}>{t('common.retry')}</Button>}
    />
  );
}

/** Leads to the sign-in; a conversation that is going on is kept until it is over. */
function SessionEnded({ knew }: { knew: boolean }) {
  const { t } = useTranslation();
  const location = useLocation();
  const { call } = usePhone();
  const talking = call !== null && call.state !== 'ringing';
  useEffect(() => {
    if (!talking) phone.stop();
  }, [talking]);
  if (!talking) {
    const next = location.pathname + location.search;
    const to = next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
    return <Navigate to={to} state={{ ended: knew }} replace />;
  }
  return (
    <>
      <Notice
        title={t('sessionEnded.title')}
        hint={t('sessionEnded.inCall')}
        testId="session-ended"
        action={
          <Button danger size="large" onClick={() => phone.hangUp()} data-testid="hang-up">
            {t('call.hangUp')}
          </Button>
        }
      />
      <RemoteAudio />
    </>
  );
}

function Connected({ session }: { session: Session }) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  // The session alone, and once at a time: what is asked for beside it is refused too, and would ask for it again.
  const askAgain = useCallback(
    () =>
      void queryClient.refetchQueries(
        { queryKey: sessionQuery.queryKey, exact: true },
        { cancelRefetch: false },
      ),
    [queryClient],
  );
  const [live] = useState(
    () =>
      new LiveStore({
        open: () => new WebSocket(liveSocketAddress(window.location)),
        onRefused: askAgain,
        onBye: askAgain,
      }),
  );
  const control = useMemo(() => {
    const leave = () => {
      phone.stop();
      live.stop();
      queryClient.clear();
      void navigate('/sign-in', { replace: true });
    };
    return {
      session,
      signOut: async ({ everywhere } = { everywhere: false }) => {
        try {
          await api.delete('/session', everywhere ? { everywhere } : {});
        } catch (error) {
          if (!(error instanceof ApiError && error.status === 401)) throw error;
        }
        leave();
      },
    };
  }, [session, navigate, queryClient, live]);
  useEffect(() => onSignedOut(askAgain), [askAgain]);
  const watches = session.agent !== null || session.rights.includes('live.read');
  useEffect(() => {
    if (watches) live.start();
    return () => live.stop();
  }, [live, watches]);
  return (
    <SessionContext value={control}>
      <LiveContext value={live}>
        <Shell />
      </LiveContext>
    </SessionContext>
  );
}
