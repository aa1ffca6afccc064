import { useEffect, useRef } from 'react';

/** Something that can be done just now, as the command box names it. */
export interface OfferedAct {
  key: string;
  label: string;
  run: () => void;
}

const offering = new Set<() => OfferedAct[]>();

/** What the screens offer to be done now. */
export const offeredActs = (): OfferedAct[] => [...offering].flatMap((offers) => offers());

/** Lets the command box do these acts as long as they are there. */
export function useOfferedActs(acts: OfferedAct[]) {
  const latest = useRef(acts);
  useEffect(() => {
    latest.current = acts;
  });
  useEffect(() => {
    const offers = () => latest.current;
    offering.add(offers);
    return () => void offering.delete(offers);
  }, []);
}
