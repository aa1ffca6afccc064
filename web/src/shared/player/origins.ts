import type { InteractionDetail } from '@/shared/api/types';

export interface RecordingOrigin {
  /** Those who had a part in the conversation while it was recorded, in their order. */
  agents: string[];
  /** Somebody began it, not the queue's rule. */
  onDemand: boolean;
}

type Part = InteractionDetail['segments'][number];

/** Since when this part is heard in the conversation itself; Infinity: never, as of who was only asked beside. */
function heardSince(one: InteractionDetail, part: Part): number {
  const from = Date.parse(part.started_at);
  if (part.kind === 'agent' || part.kind === 'colleague') return from;
  if (part.kind !== 'consult') return Infinity;
  const joined = one.events // conference.joined
    .filter(({ kind, data }) => kind.endsWith('.joined') && data.with_agent === part.agent_id)
    .map(({ at }) => Date.parse(at));
  return Math.min(...joined.filter((at) => at >= from));
}

/** Of each recording of the contact, who speaks in it and how it came to be. */
export function recordingOrigins(one: InteractionDetail): RecordingOrigin[] {
  return one.recordings.map((recording) => {
    const begins = Date.parse(recording.started_at);
    const ends = recording.ended_at ? Date.parse(recording.ended_at) : Infinity;
    const there = one.segments.filter((part) => {
      const until = part.ended_at ? Date.parse(part.ended_at) : Infinity;
      const since = heardSince(one, part);
      return since < Math.min(ends, until) && until > begins;
    });
    const started = one.events.find(
      (event) => event.kind === 'recording.started' && event.data.recording_id === recording.id,
    );
    return {
      agents: [...new Set(there.map((part) => part.agent_name).filter((name) => name !== null))],
      onDemand: Boolean(started?.data.by_agent ?? started?.data.by_account),
    };
  });
}
