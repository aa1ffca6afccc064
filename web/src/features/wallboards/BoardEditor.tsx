import {
  ArrowLeftOutlined,
  FullscreenOutlined,
  LinkOutlined,
  SaveOutlined,
  UndoOutlined,
} from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Input, Select, Segmented } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api, ApiError } from '@/shared/api/client';
import type { IndicatorSettings, Wallboard } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';
import { useAct } from '@/shared/components/errors';
import { useUnsavedGuard } from '@/shared/components/unsaved';
import { EmptyView, ErrorView, LoadingView } from '@/shared/components/Views';
import { isLanguage, languageNames, languages } from '@/shared/i18n';
import { BoardFrame, gridStyle, placeOf } from './BoardGrid';
import { exampleOf } from './examples';
import { Links } from './Links';
import { useTileName } from './names';
import { TileContent } from './TileContent';
import { TileForm } from './TileForm';
import { kinds } from './tiles';
import { useArranging } from './useArranging';

/** A board drawn by dragging tiles onto a grid; everything can be done by keys, too. */
export function BoardEditor() {
  const { id = '' } = useParams();
  const board = useQuery({
    queryKey: ['/wallboards', id],
    queryFn: () => api.get<Wallboard>(`/wallboards/${id}`),
    staleTime: 0,
    gcTime: 0,
    refetchOnReconnect: false, // a newer revision would take the place of what is not saved yet
  });
  if (board.isPending || (board.isFetching && !board.isFetched))
    return (
      <div className="hj-page">
        <LoadingView rows={10} />
      </div>
    );
  if (board.isError)
    return (
      <div className="hj-page">
        <ErrorView error={board.error} retry={() => void board.refetch()} />
      </div>
    );
  return <Editor key={board.data.revision} board={board.data} anew={() => void board.refetch()} />;
}

function Editor({ board, anew }: { board: Wallboard; anew: () => void }) {
  const { t } = useTranslation();
  const { message, modal } = App.useApp();
  const { busy, run } = useAct();
  const queries = useQueryClient();
  const surface = useRef<HTMLDivElement>(null);
  const arranging = useArranging(board.tiles, surface);
  const [settled, setSettled] = useState<Pick<Wallboard, 'name' | 'theme' | 'language'>>({
    name: board.name,
    theme: board.theme,
    language: board.language ?? null,
  });
  const [head, setHead] = useState(settled);
  const [links, setLinks] = useState(false);
  const queues = useOptions('/queues');
  const groups = useOptions('/agent-groups');
  const { data: settings } = useQuery({
    queryKey: ['/settings/indicators'],
    queryFn: () => api.get<IndicatorSettings>('/settings/indicators'),
  });
  const nameOf = useTileName(settings?.minutes ?? 5);
  const { tiles, chosen, carried } = arranging;
  const dirty = arranging.dirty || head !== settled;
  useUnsavedGuard(dirty);
  const text = t('wallboard.exampleText');
  const revision = useRef(board.revision);

  const save = () =>
    run(async () => {
      try {
        const body = { ...head, name: head.name.trim(), tiles, revision: revision.current };
        const changed = await api.put<Wallboard>(`/wallboards/${board.id}`, body);
        revision.current = changed.revision;
        arranging.saved();
        setSettled(head);
        await queries.invalidateQueries({ queryKey: ['/wallboards'], refetchType: 'none' });
        void message.success(t('common.saved'));
      } catch (error) {
        if (!(error instanceof ApiError && error.code === 'changed_meanwhile')) throw error;
        modal.confirm({
          title: error.message,
          content: t('wallboard.newestText'),
          okText: t('wallboard.newest'),
          cancelText: t('common.cancel'),
          onOk: anew,
        });
      }
    });
  const add = (kind: (typeof kinds)[number]) => {
    if (!arranging.endsDrag() && !arranging.add(kind, text)) void message.warning(t('wallboard.full'));
  };
  return (
    <div className="hj-board-editor" data-testid="board-editor">
      <header className="hj-page-head">
        <Link to="/admin/wallboards" aria-label={t('page.wallboards')}>
          <ArrowLeftOutlined />
        </Link>
        <Input
          className="hj-board-name"
          value={head.name}
          maxLength={60}
          aria-label={t('common.name')}
          onChange={(event) => setHead({ ...head, name: event.target.value })}
        />
        <Segmented
          aria-label={t('wallboard.theme')}
          value={head.theme}
          options={(['dark', 'light'] as const).map((value) => ({
            value,
            label: t(`wallboard.themes.${value}`),
          }))}
          onChange={(theme) => setHead({ ...head, theme })}
        />
        <Select
          aria-label={t('wallboard.language')}
          value={head.language ?? ''}
          options={[
            { value: '', label: t('wallboard.ownLanguage') },
            ...languages.map((value) => ({ value, label: languageNames[value] })),
          ]}
          onChange={(value) => setHead({ ...head, language: isLanguage(value) ? value : null })}
        />
        <div className="hj-page-actions">
          <Button
            icon={<UndoOutlined />}
            disabled={!arranging.undo}
            onClick={() => arranging.undo?.()}
            data-testid="board-undo"
          >
            {t('wallboard.undo')}
          </Button>
          <Button icon={<LinkOutlined />} onClick={() => setLinks(true)} data-testid="board-links">
            {t('wallboard.links')}
          </Button>
          <Button
            icon={<FullscreenOutlined />}
            href={`/board/${board.id}`}
            target="_blank"
            data-testid="board-open"
          >
            {t('wallboard.open')}
          </Button>
          <Button
            type="primary"
            icon={<SaveOutlined />}
            disabled={!dirty || head.name.trim() === ''}
            loading={busy}
            onClick={() => void save()}
            data-testid="board-save"
          >
            {t('common.save')}
          </Button>
        </div>
      </header>
      <div className="hj-board-work">
        <aside className="hj-board-palette" aria-label={t('wallboard.palette')}>
          {kinds.map((kind) => (
            <button
              key={kind}
              type="button"
              onPointerDown={arranging.carry(kind, text)}
              onClick={() => add(kind)}
              data-testid={`palette-${kind}`}
            >
              {t(`wallboard.kind.${kind}`)}
            </button>
          ))}
          <p className="hj-faint">{t('wallboard.paletteHint')}</p>
        </aside>
        <div className="hj-board-canvas">
          <div className="hj-board-sheet">
            <BoardFrame theme={head.theme} head={<h1>{head.name}</h1>}>
              <div
                ref={surface}
                className="hj-board-grid hj-board-cells"
                style={gridStyle}
                onPointerDown={() => arranging.choose(null)}
              >
                {tiles.map((tile) => {
                  const name = nameOf(tile);
                  const called = name || t(`wallboard.kind.${tile.kind}`);
                  return (
                    <section
                      key={tile.id}
                      className="hj-tile hj-tile-edited"
                      style={placeOf(tile)}
                      tabIndex={0}
                      role="group"
                      aria-label={t('wallboard.tileAt', {
                        name: called,
                        x: tile.x + 1,
                        y: tile.y + 1,
                        w: tile.w,
                        h: tile.h,
                      })}
                      aria-current={chosen?.id === tile.id}
                      data-kind={tile.kind}
                      data-place={[tile.x, tile.y, tile.w, tile.h].join()}
                      data-testid={`edit-${tile.id}`}
                      onFocus={() => arranging.choose(tile.id)}
                      onPointerDown={arranging.drag(tile.id, 'move')}
                      onKeyDown={arranging.byKey(tile.id)}
                    >
                      {name ? <h2>{name}</h2> : null}
                      <div className="hj-tile-body">
                        <TileContent
                          tile={tile}
                          value={exampleOf(
                            tile,
                            queues.items.map((queue) => queue.name),
                          )}
                        />
                      </div>
                      <span
                        className="hj-tile-size"
                        aria-hidden
                        onPointerDown={arranging.drag(tile.id, 'size')}
                        data-testid={`size-${tile.id}`}
                      />
                    </section>
                  );
                })}
                {tiles.length === 0 ? <p className="hj-board-empty">{t('wallboard.dragHere')}</p> : null}
              </div>
            </BoardFrame>
          </div>
          <p className="hj-faint">{t('wallboard.keysHint')}</p>
        </div>
        <aside className="hj-panel hj-panel-body hj-board-side">
          {chosen ? (
            <TileForm
              key={chosen.id}
              tile={chosen}
              name={nameOf({ ...chosen, title: '' })}
              queues={queues.options}
              groups={groups.options}
              settings={settings}
              change={(tile) => arranging.change(tiles.map((one) => (one.id === tile.id ? tile : one)))}
              remove={() => arranging.remove(chosen.id)}
            />
          ) : (
            <EmptyView what={t('wallboard.chooseTile')} how={t('wallboard.exampleHint')} />
          )}
        </aside>
      </div>
      {carried ? (
        <div className="hj-board-carried" style={{ left: carried.x, top: carried.y }}>
          {t(`wallboard.kind.${carried.kind}`)}
        </div>
      ) : null}
      <Links board={links ? board : null} close={() => setLinks(false)} />
    </div>
  );
}
