interface Ends {
  direction: string;
  caller: string | null;
  called: string | null;
}

/** Whether an agent called, a number or a colleague. */
export const outgoing = (direction: string) => direction === 'outbound' || direction === 'internal';

/** Who called and who was called. The platform keeps the other end as the caller, also of what an agent has called. */
export function ends<T extends Ends>({ direction, caller, called }: T): Pick<T, 'caller' | 'called'> {
  return outgoing(direction) ? { caller: called, called: caller } : { caller, called };
}

/** Whether this agent has called, not been called. */
export const made = (one: { direction: string; agent_id: string | null }, me: string | undefined) =>
  one.direction === 'outbound' || (one.direction === 'internal' && one.agent_id === me);
