import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '@/shared/api/client';
import type { Alarm, Page } from '@/shared/api/types';
import { useLive } from '@/shared/live/hooks';
import { phone } from '@/shared/phone/hooks';
import { alarmsSound } from '@/shared/components/alarmSound';
import { useRight } from '@/shared/session/session';

export type Which = 'unseen' | 'open' | 'all';

const filters: Record<Which, object> = { unseen: { acknowledged: false }, open: { open: true }, all: {} };

/** A page of alarms, asked again whenever the server says that some changed. */
export function useAlarmPage(which: Which, page: number, size: number, enabled = true) {
  const changes = useLive((state) => state.alarms);
  const may = useRight('alarms.read');
  return useQuery({
    queryKey: ['alarms', which, page, size, changes],
    queryFn: () => api.get<Page<Alarm>>('/alarms', { ...filters[which], page, page_size: size }),
    enabled: may && enabled,
    placeholderData: (previous, query) => (query?.queryKey[1] === which ? previous : undefined),
  });
}

/** How many wait to be acknowledged; each new one is heard, if the sound is on. */
export function useUnseenAlarms(): number {
  const { data, isPlaceholderData } = useAlarmPage('unseen', 1, 20);
  const newest = useRef<string | null>(null);
  useEffect(() => {
    if (!data || isPlaceholderData) return;
    const fresh = data.items[0];
    const before = newest.current;
    newest.current = fresh?.raised_at ?? before ?? '';
    if (before === null || !fresh || fresh.raised_at <= before || !alarmsSound()) return;
    phone.chime(fresh.level === 'red' ? 'offer' : 'quiet');
  }, [data, isPlaceholderData]);
  return data?.total ?? 0;
}

/** Whether the sound is on, and how to change it. */
export function useAlarmSound(): [boolean, (on: boolean) => void] {
  const [on, setOn] = useState(alarmsSound);
  return [
    on,
    (next) => {
      alarmsSound(next);
      setOn(next);
    },
  ];
}
