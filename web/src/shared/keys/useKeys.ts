import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { api } from '@/shared/api/client';
import { keyedActs, keyMap, pressed, type KeyedAct, type KeyMap } from './keys';

export const ownKeysQuery = {
  queryKey: ['session', 'keys'],
  queryFn: () => api.get<{ keys: Partial<KeyMap> }>('/session/keys'),
  staleTime: Infinity,
};

/** Which act has which key, for whoever is signed in. */
export function useKeys(): KeyMap {
  const own = useQuery(ownKeysQuery).data?.keys;
  return useMemo(() => keyMap(own ?? {}), [own]);
}

/** While the key map is being changed, a key that is pressed is to be taken down, not acted upon. */
let changing = false;
export function changeKeys(on: boolean) {
  changing = on;
}

type Acts = Partial<Record<KeyedAct, (() => void) | null>>;
const there = new Set<() => Acts>();

/** The acts that their keys would do now. */
export function keyedActsNow(): [KeyedAct, () => void][] {
  const all = [...there].map((acts) => acts());
  return keyedActs.flatMap((act) => {
    const found = all.map((acts) => acts[act]).find(Boolean);
    return found ? [[act, found] as [KeyedAct, () => void]] : [];
  });
}

/** Does what a key says: of `acts`, those that are there now. A key whose act is null does nothing, here or elsewhere. */
export function useKeyedActs(acts: Acts) {
  const map = useKeys();
  const latest = useRef({ acts, map });
  useEffect(() => {
    latest.current = { acts, map };
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (changing) return;
      const key = pressed(event);
      const now = latest.current;
      for (const act of Object.keys(now.acts) as KeyedAct[]) {
        if (now.map[act] !== key) continue;
        event.preventDefault();
        if (!event.repeat) now.acts[act]?.();
      }
    };
    const now = () => latest.current.acts;
    there.add(now);
    window.addEventListener('keydown', press);
    return () => {
      there.delete(now);
      window.removeEventListener('keydown', press);
    };
  }, []);
}
