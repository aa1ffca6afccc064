import { DisconnectOutlined, FullscreenOutlined } from '@ant-design/icons';
import { Button, Spin } from 'antd';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { Notice } from '@/shared/components/Notice';
import { isLanguage, showLanguage } from '@/shared/i18n';
import { setZone, timeOfDay } from '@/shared/format/time';
import { BoardFrame, gridStyle, placeOf } from './BoardGrid';
import { BoardConnection, boardSocketAddress, type BoardState } from './connection';
import { useTileName } from './names';
import { TileContent } from './TileContent';

/** One board on the whole screen: of a link, whose secret stands after the #, or of who is signed in. */
export function BoardPage() {
  const { id } = useParams();
  const [secret] = useState(() => window.location.hash.slice(1));
  const [connection] = useState(
    () =>
      new BoardConnection(
        () => new WebSocket(boardSocketAddress(window.location)),
        id ? { board_id: id } : { link: secret },
      ),
  );
  useEffect(() => {
    connection.start();
    return () => connection.stop();
  }, [connection]);
  useEffect(() => {
    // A link pasted over another one changes no more than what stands after the #.
    const reload = () => window.location.reload();
    window.addEventListener('hashchange', reload);
    return () => window.removeEventListener('hashchange', reload);
  }, []);
  const state = useSyncExternalStore(connection.subscribe, connection.get);
  const { board, status, reason } = state;
  const language = board?.language;
  useEffect(() => {
    if (isLanguage(language)) void showLanguage(language);
  }, [language]);
  useNewVersion(board?.version);
  if (status === 'ended') return <Ended reason={reason} signedIn={Boolean(id)} />;
  if (!board) return <Spin fullscreen delay={500} />;
  setZone(board.time_zone);
  return (
    <div className="hj-board-page">
      <Shown board={board} state={state} />
    </div>
  );
}

/** A screen that stays for weeks takes the pages of the version that serves it. */
function useNewVersion(version: string | undefined): void {
  const first = useRef(version);
  useEffect(() => {
    first.current ??= version;
    if (version && version !== first.current) window.location.reload();
  }, [version]);
}

function Shown({ board, state }: { board: NonNullable<BoardState['board']>; state: BoardState }) {
  const { t } = useTranslation();
  const nameOf = useTileName(board.minutes);
  useEffect(() => {
    document.title = board.name;
  }, [board.name]);
  const old = state.status === 'old';
  return (
    <BoardFrame
      theme={board.theme}
      old={old}
      head={
        <>
          <h1>{board.name}</h1>
          {old ? (
            <span role="status" className="hj-board-old" data-testid="board-old">
              <DisconnectOutlined />{' '}
              {state.heardAt
                ? t('wallboard.old', { time: timeOfDay(new Date(state.heardAt).toISOString()) })
                : t('wallboard.oldNone')}
            </span>
          ) : null}
          <Button
            className="hj-board-full"
            type="text"
            icon={<FullscreenOutlined />}
            aria-label={t('wallboard.fullScreen')}
            title={t('wallboard.fullScreen')}
            onClick={() => void document.documentElement.requestFullscreen()}
          />
        </>
      }
    >
      <main className="hj-board-grid" style={gridStyle} data-testid="board" data-status={state.status}>
        {board.tiles.map((tile) => {
          const name = nameOf(tile);
          return (
            <section
              key={tile.id}
              className="hj-tile"
              style={placeOf(tile)}
              data-kind={tile.kind}
              data-testid={`tile-${tile.id}`}
            >
              {name ? <h2>{name}</h2> : null}
              <div className="hj-tile-body">
                <TileContent tile={tile} value={state.values[tile.id]} />
              </div>
            </section>
          );
        })}
        {board.tiles.length === 0 ? <p className="hj-board-empty">{t('wallboard.noTiles')}</p> : null}
      </main>
    </BoardFrame>
  );
}

function Ended({ reason, signedIn }: { reason: string; signedIn: boolean }) {
  const { t } = useTranslation();
  const known = ['link_not_here', 'tenant_suspended'].find((one) => one === reason);
  const why = signedIn ? 'notYours' : (known ?? 'link_ended');
  return (
    <Notice
      title={t(`wallboard.ended.${why}` as never)}
      hint={t('wallboard.endedHow')}
      testId="board-ended"
      action={
        signedIn ? (
          <Button type="primary" href={`/sign-in?next=${encodeURIComponent(window.location.pathname)}`}>
            {t('wallboard.signIn')}
          </Button>
        ) : null
      }
    />
  );
}
