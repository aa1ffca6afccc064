import {
  type CSSProperties,
  type FocusEvent,
  memo,
  type PointerEvent,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { AgentLive } from '@/shared/api/types';
import { ConnectionMark } from '@/shared/components/ConnectionMark';
import { WorkMark } from '@/shared/components/WorkMark';
import { activityColours } from './activities';
import { ActivityMark } from './ActivityMark';
import { NowServing, StateTimer } from './Agents';
import { CallMarks } from './CallMarks';
import { watchNear } from './near';
import { useReasonNames } from './reasons';
import { inOrder } from './steady';

// So many are drawn whole, which the browser's own search finds; of more only those near what is seen.
const drawnWhole = 100;

/** A card for each agent. No card goes elsewhere while the pointer or the keyboard is among them. */
export function AgentCards({ agents, open }: { agents: AgentLive[]; open: (id: string) => void }) {
  const reason = useReasonNames();
  const [order, setOrder] = useState<string[] | null>(null);
  const shown = useMemo(() => (order ? inOrder(agents, order) : agents), [agents, order]);
  const hold = () => setOrder((now) => now ?? agents.map((agent) => agent.id));
  const release = (event: PointerEvent<HTMLElement> | FocusEvent<HTMLElement>) => {
    const list = event.currentTarget;
    const to = event.relatedTarget;
    if (to instanceof Node && list.contains(to)) return;
    if (event.type === 'blur' ? list.matches(':hover') : list.querySelector(':focus-visible')) return;
    setOrder(null);
  };
  const whole = shown.length <= drawnWhole;
  return (
    <ul
      className="hj-agent-cards"
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocus={(event) => event.target.matches(':focus-visible') && hold()}
      onBlur={release}
    >
      {/* A place shows another agent sooner than that hundreds of cards are moved. */}
      {shown.map((agent, at) => (
        <Place key={at} drawn={whole} agent={agent} reason={reason} open={open} />
      ))}
    </ul>
  );
}

interface Card {
  agent: AgentLive;
  reason: (agent: AgentLive) => string | null;
  open: (id: string) => void;
}

/** An item of the list, empty while it is far from what is seen; of hundreds only those are drawn anew that changed. */
const Place = memo(function Place({ drawn, ...card }: Card & { drawn: boolean }) {
  const place = useRef<HTMLLIElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (!drawn && place.current) return watchNear(place.current, setNear);
  }, [drawn]);
  return <li ref={place}>{drawn || near ? <AgentCard {...card} /> : null}</li>;
});

function AgentCard({ agent, reason, open }: Card) {
  return (
    <button
      type="button"
      className="hj-panel hj-agent-card"
      style={{ '--hj-state-colour': activityColours[agent.activity] } as CSSProperties}
      data-testid="agent-row"
      data-id={agent.id}
      data-state={agent.state}
      data-activity={agent.activity}
      onClick={() => open(agent.id)}
    >
      <span className="hj-agent-card-line">
        <strong>{agent.name}</strong>
        <span className="hj-faint hj-figures">{agent.number}</span>
      </span>
      <span className="hj-agent-card-line">
        <ActivityMark activity={agent.activity} reason={reason(agent)} />
        <StateTimer agent={agent} />
      </span>
      <CallMarks agent={agent} />
      <ConnectionMark agent={agent} />
      <span className="hj-agent-card-line hj-faint">
        <NowServing agent={agent} />
        <WorkMark agent={agent} />
      </span>
    </button>
  );
}
