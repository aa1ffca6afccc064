import { openMicrophone } from './devices';

export interface MicrophoneState {
  /** The one that was wanted, another one because it is gone, or none at all. */
  is: 'wanted' | 'other' | 'none';
  name: string;
}

/**
 * The microphone of a call. When it is lost another one is taken, and the wanted one again as soon as it is there.
 * `changed` is told of each one but the first.
 */
export class Microphone {
  private stream: Promise<MediaStream> | null = null;
  private first = '';
  private state: MicrophoneState['is'] = 'wanted';

  constructor(
    private readonly chosen: () => string,
    private readonly changed: (state: MicrophoneState, stream: MediaStream | null) => void,
  ) {}

  /** The same one for as long as it is not closed. */
  open(): Promise<MediaStream> {
    if (!this.stream) {
      navigator.mediaDevices.addEventListener('devicechange', this.plugged);
      this.stream = this.take();
      this.stream.then((stream) => (this.first = nameOf(stream))).catch(() => undefined);
    }
    return this.stream;
  }

  /** Another one was chosen; it is the wanted one from now on. */
  async choose(): Promise<void> {
    if (!this.stream) return;
    this.first = '';
    await this.again();
  }

  close(): void {
    navigator.mediaDevices.removeEventListener('devicechange', this.plugged);
    void this.stream?.then(stop, () => undefined);
    this.stream = null;
    this.state = 'wanted';
  }

  private readonly plugged = (): void => {
    if (this.state !== 'wanted') void this.again();
  };

  private take(): Promise<MediaStream> {
    const taken = openMicrophone(this.chosen());
    taken
      .then((stream) => {
        const lost = () => {
          if (this.stream === taken) void this.again();
        };
        stream.getAudioTracks().forEach((track) => track.addEventListener('ended', lost));
      })
      .catch(() => undefined);
    return taken;
  }

  private async again(): Promise<void> {
    const before = this.stream;
    const taken = this.take();
    this.stream = taken;
    const stream = await taken.catch(() => null);
    void before?.then(stop, () => undefined);
    if (this.stream !== taken) {
      // Closed meanwhile, or lost again.
      if (stream) stop(stream);
      return;
    }
    const name = stream ? nameOf(stream) : '';
    this.first ||= name;
    this.state = !stream ? 'none' : name === this.first ? 'wanted' : 'other';
    this.changed({ is: this.state, name }, stream);
  }
}

const nameOf = (stream: MediaStream) => stream.getAudioTracks()[0]?.label ?? '';

const stop = (stream: MediaStream) => stream.getTracks().forEach((track) => track.stop());
