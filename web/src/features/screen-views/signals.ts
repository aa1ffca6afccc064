/** What the two browsers say to each other, as the server lets it pass. */
export type End = {
  type: 'end';
  why: 'left' | 'not_shared' | 'stopped' | 'busy' | 'switched_off' | 'away' | 'failed';
  connection?: string | null;
};
export type Candidate = {
  type: 'candidate';
  connection: string;
  candidate: string;
  mid: string | null;
  line: number | null;
};
export type FromViewer =
  { type: 'ask'; connection: string } | { type: 'answer'; connection: string; sdp: string } | Candidate | End;
export type FromPage = { type: 'offer'; connection: string; sdp: string } | Candidate | End;

export function candidateOf(connection: string, found: RTCIceCandidate | null): Candidate {
  return {
    type: 'candidate',
    connection,
    candidate: found?.candidate ?? '',
    mid: found?.sdpMid ?? null,
    line: found?.sdpMLineIndex ?? null,
  };
}

/** Where the other browser may be reached, kept until it is known what it sends. */
export class Candidates {
  private early: Candidate[] | null = [];

  constructor(private readonly peer: RTCPeerConnection) {}

  async take(one: Candidate): Promise<void> {
    if (this.early) this.early.push(one);
    else await this.add(one);
  }

  async described(): Promise<void> {
    const early = this.early ?? [];
    this.early = null;
    for (const one of early) await this.add(one);
  }

  private async add({ candidate, mid, line }: Candidate): Promise<void> {
    if (candidate) await this.peer.addIceCandidate({ candidate, sdpMid: mid, sdpMLineIndex: line });
  }
}
