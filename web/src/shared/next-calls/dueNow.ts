/** Those to be reminded of now, and in how many milliseconds the next one follows. */
export function dueNow<One extends { remind_at: string }>(
  all: readonly One[],
  now: number,
): { due: One[]; next: number | null } {
  const due = all.filter((one) => Date.parse(one.remind_at) <= now);
  const later = all.map((one) => Date.parse(one.remind_at) - now).filter((left) => left > 0);
  return { due, next: later.length > 0 ? Math.min(...later) : null };
}
