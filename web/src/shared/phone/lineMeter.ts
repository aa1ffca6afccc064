import { countsOf, LineWatch, type LineSample, type LineSummary } from './quality';

const everySeconds = 2;

/** Measures the line of the call that goes on; tells of each when it is over. */
export class LineMeter {
  /** Called with the interaction and what its line was like. */
  whenOver: (interactionId: string, summary: LineSummary) => void = () => undefined;
  private sample: LineSample | null = null;
  private readonly listeners = new Set<() => void>();
  private watch: LineWatch | null = null;
  private interactionId: string | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The last seconds; null: nothing is measured. */
  get = (): LineSample | null => this.sample;

  begin(connection: RTCPeerConnection, interactionId: string | null): void {
    this.end();
    const watch = new LineWatch(everySeconds);
    this.watch = watch;
    this.interactionId = interactionId;
    const measure = async () => {
      const stats: Record<string, unknown>[] = [];
      (await connection.getStats()).forEach((one: Record<string, unknown>) => stats.push(one));
      if (this.watch === watch) this.set(watch.take(countsOf(stats)));
    };
    this.timer = setInterval(() => void measure().catch(() => undefined), everySeconds * 1000);
  }

  end(): void {
    clearInterval(this.timer);
    const summary = this.watch?.summary() ?? null;
    const id = this.interactionId;
    this.watch = null;
    this.interactionId = null;
    this.set(null);
    if (summary && id) this.whenOver(id, summary);
  }

  private set(sample: LineSample | null): void {
    if (sample === this.sample) return;
    this.sample = sample;
    this.listeners.forEach((listener) => listener());
  }
}
