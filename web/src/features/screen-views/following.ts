import type { FromPage } from './signals';

/** A page of the agent's, as the server tells of it. */
export interface Frame {
  type: 'frame';
  page_id: string;
  page?: { visible: boolean; too_big?: boolean; shares?: boolean } | null;
  piece?: { data: string; whole?: boolean } | null;
  signal?: FromPage | null;
}

interface PageNow {
  visible: boolean;
  tooBig: boolean;
  /** It has all of the agent's screen. */
  shares: boolean;
}

/** The agent's pages, and the one of them that is shown: the one in front, or the last that was. */
export interface Following {
  readonly pages: ReadonlyMap<string, PageNow>;
  readonly shown: string | null;
}

export const nobody: Following = { pages: new Map(), shown: null };

export function follow(before: Following, frame: Frame): Following {
  if (frame.piece || frame.signal) return before;
  const pages = new Map(before.pages);
  // Who begins to share is the last in the row.
  if (frame.page?.shares && !pages.get(frame.page_id)?.shares) pages.delete(frame.page_id);
  if (frame.page)
    pages.set(frame.page_id, {
      visible: frame.page.visible,
      tooBig: frame.page.too_big ?? false,
      shares: frame.page.shares ?? false,
    });
  else pages.delete(frame.page_id);
  return { pages, shown: choose(pages, before.shown, frame) };
}

function choose(pages: ReadonlyMap<string, PageNow>, shown: string | null, frame: Frame): string | null {
  if (frame.page?.visible) return frame.page_id;
  if (shown !== null && pages.get(shown)?.visible) return shown;
  for (const [id, page] of pages) if (page.visible) return id;
  return shown !== null && pages.has(shown) ? shown : ([...pages.keys()].at(-1) ?? null);
}

/** The page that has all of the agent's screen, if one has: the last that said so, since others may be lost. */
export function sharing(following: Following): string | null {
  return [...following.pages].filter(([, page]) => page.shares).at(-1)?.[0] ?? null;
}
