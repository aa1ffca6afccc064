import { candidateOf, Candidates, type FromPage, type FromViewer } from './signals';

const mostViewers = 4;
const mostBitsPerSecond = 2_500_000;

interface Peer {
  connection: string;
  peer: RTCPeerConnection;
  candidates: Candidates;
}

/** Sends all of the screen to those who ask for it, one connection for each. */
export class Sending {
  iceServers: RTCIceServer[] = [];
  private readonly peers = new Map<string, Peer>();

  constructor(
    private readonly shared: () => MediaStream | null,
    private readonly say: (viewId: string, signal: FromPage) => void,
  ) {}

  take(viewId: string, signal: FromViewer): void {
    if (signal.type === 'ask') {
      this.offer(viewId, signal.connection).catch(() => this.fail(viewId, signal.connection));
      return;
    }
    const known = this.peers.get(viewId);
    if (!known || (signal.connection && signal.connection !== known.connection)) return;
    if (signal.type === 'end') this.close(viewId);
    else this.go(known, signal).catch(() => this.fail(viewId, known.connection));
  }

  /** The screen is shared no more. */
  stopped(): void {
    for (const [viewId, { connection }] of this.peers)
      this.say(viewId, { type: 'end', why: 'stopped', connection });
    this.stop();
  }

  stop(): void {
    for (const viewId of [...this.peers.keys()]) this.close(viewId);
  }

  private async offer(viewId: string, connection: string): Promise<void> {
    this.close(viewId);
    const stream = this.shared();
    const track = stream?.getVideoTracks()[0];
    if (!stream || !track || this.peers.size >= mostViewers) {
      this.say(viewId, { type: 'end', why: track ? 'busy' : 'not_shared', connection });
      return;
    }
    const peer = new RTCPeerConnection({ iceServers: this.iceServers });
    const mine = () => this.peers.get(viewId)?.peer === peer;
    this.peers.set(viewId, { connection, peer, candidates: new Candidates(peer) });
    peer.onicecandidate = ({ candidate }) => {
      if (mine()) this.say(viewId, candidateOf(connection, candidate));
    };
    peer.onconnectionstatechange = () => {
      if (mine() && peer.connectionState === 'failed') this.fail(viewId, connection);
    };
    peer.addTransceiver(track, {
      direction: 'sendonly',
      streams: [stream],
      sendEncodings: [{ maxBitrate: mostBitsPerSecond, maxFramerate: 5 }],
    });
    await peer.setLocalDescription();
    if (mine()) this.say(viewId, { type: 'offer', connection, sdp: peer.localDescription?.sdp ?? '' });
  }

  private async go({ peer, candidates }: Peer, signal: FromViewer): Promise<void> {
    if (signal.type === 'answer') {
      await peer.setRemoteDescription({ type: 'answer', sdp: signal.sdp });
      await candidates.described();
    } else if (signal.type === 'candidate') await candidates.take(signal);
  }

  private fail(viewId: string, connection: string): void {
    if (this.peers.get(viewId)?.connection !== connection) return;
    this.say(viewId, { type: 'end', why: 'failed', connection });
    this.close(viewId);
  }

  private close(viewId: string): void {
    this.peers.get(viewId)?.peer.close();
    this.peers.delete(viewId);
  }
}
