import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '@/shared/api/client';
import type { MyBulletin, MyBulletins } from '@/shared/api/types';
import { useAct } from '@/shared/components/errors';
import { serverNow } from '@/shared/format/clock';
import { useLive } from '@/shared/live/hooks';

const path = '/me/bulletins';
const longestTimer = 2 ** 31 - 1;
const spreadMilliseconds = 2_000; // not all desktops ask in the same moment

/** A text that somebody has or has not read: a bulletin that was changed is another one. */
export const textKey = ({ id, revision }: MyBulletin): string => `${id} ${String(revision)}`;

export const unread = (bulletin: MyBulletin): boolean => bulletin.read_at === null;

/** What the reader is to read now: asked anew when that changes, and when one begins or ends by itself. */
export function useMyBulletins() {
  const queries = useQueryClient();
  const told = useLive((state) => state.bulletins);
  const found = useQuery({
    queryKey: [path],
    queryFn: () => api.get<MyBulletins>(path),
    staleTime: Infinity,
  });
  useEffect(() => {
    if (told > 0) void queries.invalidateQueries({ queryKey: [path] });
  }, [told, queries]);
  const next = found.data?.next_at;
  useEffect(() => {
    if (!next) return;
    const wait = Date.parse(next) - serverNow() + Math.random() * spreadMilliseconds;
    const ask = () => void queries.invalidateQueries({ queryKey: [path] });
    const timer = setTimeout(ask, Math.min(longestTimer, Math.max(500, wait)));
    return () => clearTimeout(timer);
  }, [next, found.dataUpdatedAt, queries]);
  return found;
}

export function useConfirm() {
  const queries = useQueryClient();
  const { busy, run } = useAct();
  const confirm = (bulletin: MyBulletin) =>
    run(async () => {
      await api.post(`${path}/${bulletin.id}/read`, { revision: bulletin.revision });
      await queries.invalidateQueries({ queryKey: [path] });
    });
  return { busy, confirm };
}
