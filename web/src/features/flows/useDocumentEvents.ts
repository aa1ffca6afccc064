import { useEffect, useRef } from 'react';

/** Handles these events of the whole page as long as the screen is open, whatever has the focus. */
export function useDocumentEvents<Name extends keyof DocumentEventMap>(
  names: readonly Name[],
  handle: (event: DocumentEventMap[Name]) => void,
): void {
  const latest = useRef(handle);
  useEffect(() => {
    latest.current = handle;
  });
  const listed = names.join(' ');
  useEffect(() => {
    const listen = (event: DocumentEventMap[Name]) => latest.current(event);
    const wanted = listed.split(' ') as Name[];
    for (const name of wanted) document.addEventListener(name, listen);
    return () => {
      for (const name of wanted) document.removeEventListener(name, listen);
    };
  }, [listed]);
}
