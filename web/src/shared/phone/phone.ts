import type { RTCSession } from 'jssip/lib/RTCSession';
import type { IncomingRTCSessionEvent, RTCSessionEvent, UA } from 'jssip/lib/UA';
import type { SipAccess } from '@/shared/api/types';
import { loadChoice, routeTo, saveChoice, type DeviceChoice } from './devices';
import { LevelMeter } from './meter';
import { LineMeter } from './lineMeter';
import { Microphone, type MicrophoneState } from './microphone';
import { type Chime, chime } from './chime';
import { Ringtone } from './ringtone';

export type Registration = 'off' | 'connecting' | 'registered' | 'refused' | 'lost';
export type PhoneCallState = 'ringing' | 'answering' | 'talking';

export interface PhoneCall {
  interactionId: string | null;
  state: PhoneCallState;
  muted: boolean;
  automatic: boolean;
}

export interface PhoneState {
  registration: Registration;
  failure: string | null;
  call: PhoneCall | null;
  /** The interaction that this page's phone was called for last. */
  lastCall: string | null;
  /** Why the last call could not be taken: 'microphone' when the browser gave none. */
  problem: 'microphone' | 'media' | null;
  microphone: MicrophoneState;
  devices: DeviceChoice;
}

const wanted: MicrophoneState = { is: 'wanted', name: '' };
const shortestBellMilliseconds = 3000;

/**
 * The browser's telephone: one SIP registration over the page's own origin, one call at a time.
 * Hold is the platform's affair (the caller hears music from there); mute happens here at once.
 */
export class Phone {
  private state: PhoneState = {
    registration: 'off',
    failure: null,
    call: null,
    lastCall: null,
    problem: null,
    microphone: wanted,
    devices: loadChoice(),
  };
  private readonly listeners = new Set<() => void>();
  private readonly ringtone = new Ringtone();
  private readonly bell = new Ringtone();
  private bellSince = 0;
  private bellEnds: ReturnType<typeof setTimeout> | undefined;
  private ua: UA | null = null;
  private session: RTCSession | null = null;
  private readonly microphone = new Microphone(
    () => this.state.devices.microphone,
    (microphone, stream) => void this.speakInto(microphone, stream),
  );
  private remote: HTMLAudioElement | null = null;
  private remoteStream: MediaStream | null = null;
  private context: AudioContext | null = null;
  private meter: LevelMeter | null = null;
  /** Of the call's line, both ways. */
  readonly line = new LineMeter();
  private generation = 0;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  get = (): PhoneState => this.state;

  /** The element that plays the far side. */
  attach = (element: HTMLAudioElement | null): void => {
    this.remote = element;
    if (!element) return;
    element.srcObject = this.remoteStream;
    void routeTo(element, this.state.devices.speaker);
  };

  /** Called in a click, so that the browser lets us make sound later. */
  /** Tells by sound that there is something to see; silent until the browser lets a page sound. */
  chime(kind: Chime): void {
    const context = this.audio();
    if (context.state === 'running') chime(context, kind);
  }

  /**
   * Rings until it is told not to, whether or not there is a call here; long enough to be heard, for a call may have
   * been answered by itself.
   */
  ringBell(on: boolean): void {
    clearTimeout(this.bellEnds);
    if (on) {
      this.bellSince = Date.now();
      this.bell.start(this.audio());
    } else {
      const left = Math.max(0, this.bellSince + shortestBellMilliseconds - Date.now());
      this.bellEnds = setTimeout(() => this.bell.stop(), left);
    }
  }

  unlockAudio(): void {
    void this.audio().resume();
  }

  async start(access: SipAccess): Promise<void> {
    this.stop();
    const generation = ++this.generation;
    this.set({ registration: 'connecting', failure: null, problem: null });
    const { default: JsSIP } = await import('jssip');
    if (generation !== this.generation) return;
    const iceServers = access.ice_servers.map((server) => ({
      urls: server.urls,
      ...(server.username ? { username: server.username } : {}),
      ...(server.credential ? { credential: server.credential } : {}),
    }));
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const ua = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(`${scheme}://${location.host}${access.websocket_path}`)],
      uri: access.uri,
      authorization_user: access.authorization_user,
      password: access.password,
      realm: access.realm,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 15,
      user_agent: 'hujiao',
    });
    this.ua = ua;
    let failures = 0;
    ua.on('registered', () => {
      failures = 0;
      if (this.ua === ua) this.set({ registration: 'registered', failure: null });
    });
    ua.on('unregistered', () => this.ua === ua && this.set({ registration: 'lost' }));
    ua.on('registrationFailed', (event) => {
      if (this.ua !== ua) return;
      const status = (event.response as { status_code?: number } | null)?.status_code ?? 0;
      const refused = [401, 403, 404, 407].includes(status);
      this.set({ registration: refused ? 'refused' : 'lost', failure: event.cause ?? null });
      // JsSIP registers again after its socket came back, but not after an answer that never came.
      if (refused || !ua.isConnected()) return;
      failures += 1;
      setTimeout(() => this.ua === ua && ua.register(), Math.min(30_000, 2000 * 2 ** failures));
    });
    ua.on('disconnected', () => this.ua === ua && this.set({ registration: 'lost' }));
    ua.on('newRTCSession', (event: RTCSessionEvent) => {
      if ((event.originator as string) === 'remote')
        this.incoming(event as IncomingRTCSessionEvent, iceServers);
    });
    ua.start();
  }

  stop(): void {
    this.generation += 1;
    const ua = this.ua;
    this.ua = null;
    this.leave();
    this.ended();
    ua?.stop();
    this.set({ registration: 'off', failure: null });
  }

  async answer(): Promise<void> {
    const session = this.session;
    const call = this.state.call;
    if (!session || call?.state !== 'ringing') return;
    this.ringtone.stop();
    this.set({ call: { ...call, state: 'answering' }, problem: null });
    try {
      const stream = await this.microphone.open();
      if (this.session !== session) return;
      session.answer({ mediaStream: stream, pcConfig: { iceServers: this.iceServers } });
      this.measure(stream);
    } catch (problem) {
      if (this.session !== session) return;
      // A call that nobody could hear is handed back at once instead of being answered in silence.
      this.set({ problem: problem instanceof DOMException ? 'microphone' : 'media' });
      session.terminate({ status_code: 480 });
    }
  }

  hangUp(): void {
    if (this.session?.isEnded() === false) this.session.terminate();
  }

  /** The page goes away: say so, or the caller would wait for the silence to be noticed. */
  leave(): void {
    if (!this.session || this.session.isEnded()) return;
    if (!this.session.isEstablished()) {
      this.session.terminate({ status_code: 480 });
      return;
    }
    this.line.end();
    // Q.850 38, network out of order: the platform takes it as a lost line, not as an agent who hung up.
    this.session.terminate({ extraHeaders: ['Reason: Q.850;cause=38;text="Page closed"'] });
  }

  setMuted(muted: boolean): void {
    if (!this.session || !this.state.call) return;
    if (muted) this.session.mute({ audio: true });
    else this.session.unmute({ audio: true });
    this.set({ call: { ...this.state.call, muted } });
  }

  level(): number {
    return this.meter?.read() ?? 0;
  }

  async choose(devices: DeviceChoice): Promise<void> {
    saveChoice(devices);
    const microphoneChanged = devices.microphone !== this.state.devices.microphone;
    this.set({ devices });
    if (this.remote) await routeTo(this.remote, devices.speaker);
    if (this.context) await routeTo(this.context, devices.ringer);
    if (microphoneChanged) await this.microphone.choose();
  }

  /** The one audio context of the page: ringing, meters and the check before sign-in. */
  audio(): AudioContext {
    if (!this.context) {
      this.context = new AudioContext();
      void routeTo(this.context, this.state.devices.ringer);
    }
    return this.context;
  }

  private iceServers: RTCIceServer[] = [];

  private incoming(event: IncomingRTCSessionEvent, iceServers: RTCIceServer[]): void {
    const { session, request } = event;
    const interactionId = (request.getHeader('X-Hujiao-Interaction') as string | undefined) ?? null;
    const before = this.session;
    if (before && (interactionId === null || interactionId !== this.state.call?.interactionId)) {
      session.terminate({ status_code: 486 });
      return;
    }
    if (before) {
      // The platform has lost the call that this page believes in, and calls again.
      this.ended();
      before.terminate();
    }
    this.session = session;
    this.iceServers = iceServers;
    const header = (name: string) => (request.getHeader(name) as string | undefined) ?? null;
    const automatic =
      header('X-Hujiao-Answer') === 'automatic' || /answer-after=0/.test(header('Call-Info') ?? '');
    this.set({
      call: { interactionId, state: 'ringing', muted: false, automatic },
      lastCall: interactionId,
      problem: null,
    });
    // Opened while it rings, so that nothing of the first word is lost after the click.
    this.microphone.open().catch(() => undefined);
    session.on('peerconnection', ({ peerconnection }) => this.listen(peerconnection));
    let gathering: ReturnType<typeof setTimeout> | undefined;
    session.on('icecandidate', ({ ready }) => {
      // Host candidates are there at once; waiting for unreachable servers would delay the answer.
      gathering ??= setTimeout(ready, 400);
    });
    session.on('confirmed', () => {
      clearTimeout(gathering);
      if (this.session === session && this.state.call) {
        this.set({ call: { ...this.state.call, state: 'talking' } });
        this.line.begin(session.connection, this.state.call.interactionId);
      }
    });
    const over = () => {
      clearTimeout(gathering);
      if (this.session === session) this.ended();
    };
    session.on('ended', over);
    session.on('failed', over);
    if (automatic) void this.answer();
    else this.ringtone.start(this.audio());
  }

  private listen(connection: RTCPeerConnection): void {
    connection.addEventListener('track', (event) => {
      this.remoteStream = event.streams[0] ?? new MediaStream([event.track]);
      if (!this.remote) return;
      this.remote.srcObject = this.remoteStream;
      void this.remote.play().catch(() => undefined);
    });
  }

  private async speakInto(microphone: MicrophoneState, stream: MediaStream | null): Promise<void> {
    this.set({ microphone });
    const [track] = stream?.getAudioTracks() ?? [];
    if (!this.session || !stream || !track) return;
    track.enabled = !(this.state.call?.muted ?? false);
    const connection = this.session.connection as RTCPeerConnection | undefined;
    const sender = connection?.getSenders().find((one) => one.track?.kind === 'audio');
    await sender?.replaceTrack(track);
    this.measure(stream);
  }

  private measure(stream: MediaStream): void {
    this.meter?.close();
    void this.audio().resume();
    this.meter = new LevelMeter(this.audio(), stream);
  }

  private ended(): void {
    this.line.end();
    this.session = null;
    this.ringtone.stop();
    this.meter?.close();
    this.meter = null;
    this.microphone.close();
    this.remoteStream = null;
    if (this.remote) this.remote.srcObject = null;
    if (this.state.call) this.set({ call: null, microphone: wanted });
  }

  private set(change: Partial<PhoneState>): void {
    this.state = { ...this.state, ...change };
    this.listeners.forEach((listener) => listener());
  }
}
