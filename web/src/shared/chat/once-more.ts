/**
 * Runs the work one at a time. Who asks while it runs gets a run that begins afterwards: the one that is going on may have
 * looked too early.
 */
export function onceMore<T>(work: () => Promise<T>): () => Promise<T> {
  let going: Promise<T> | null = null;
  let next: Promise<T> | null = null;
  const run = (): Promise<T> => {
    if (!going) {
      going = work().finally(() => (going = null));
      return going;
    }
    const again = () => {
      next = null;
      return run();
    };
    next ??= going.then(again, again);
    return next;
  };
  return run;
}
