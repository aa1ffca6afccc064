import { useCodeLabel } from './labels';

// Signs, not icons: each icon is a file of its own, and the agent's desktop is to be there soon.
const signs: Record<string, string> = { inbound: '↙', outbound: '↗', callback: '↩', internal: '⇄' };

/** Which way a contact went, as sign and word. */
export function Direction({ value }: { value: string }) {
  const label = useCodeLabel();
  return (
    <span className="hj-nowrap" data-testid="direction-mark" data-direction={value}>
      <span aria-hidden>{signs[value]}</span> {label('direction', value)}
    </span>
  );
}
