import { Replayer } from 'rrweb';
import 'rrweb/dist/style.css';

type Event = Exclude<Parameters<Replayer['addEvent']>[0], string>;

// What the agent's page keeps to itself, as grey boxes.
const styles = ['.hj-private { background: #c9ced2 !important; border-radius: 4px; }'];

/** Draws a screen into an element, scaled to fit it. Nothing in it runs or can be used: it is a picture. */
export class Player {
  private replayer: Replayer | null = null;
  private size = { width: 0, height: 0 };
  private readonly fits: ResizeObserver;

  constructor(private readonly root: HTMLElement) {
    this.fits = new ResizeObserver(() => this.fit());
    this.fits.observe(root);
  }

  clear = (): void => {
    this.replayer?.destroy();
    this.replayer = null;
    this.root.replaceChildren();
  };

  show = (events: unknown[]): void => {
    for (const event of events as Event[]) {
      this.replayer ??= this.begin(event);
      this.replayer.addEvent(event);
    }
  };

  stop(): void {
    this.fits.disconnect();
    this.clear();
  }

  private begin(first: Event): Replayer {
    const replayer = new Replayer([], {
      root: this.root,
      liveMode: true,
      mouseTail: false,
      triggerFocus: false,
      showWarning: false,
      insertStyleRules: styles,
    });
    replayer.on('resize', (size) => {
      this.size = size as { width: number; height: number };
      this.fit();
    });
    replayer.startLive(first.timestamp);
    return replayer;
  }

  private fit(): void {
    const wrapper = this.replayer?.wrapper;
    const { width, height } = this.size;
    if (!wrapper || !width || !height) return;
    const room = this.root.getBoundingClientRect();
    const scale = Math.min(room.width / width, room.height / height);
    Object.assign(wrapper.style, {
      position: 'absolute',
      transformOrigin: '0 0',
      transform: `scale(${scale})`,
      insetInlineStart: `${(room.width - width * scale) / 2}px`,
      top: `${(room.height - height * scale) / 2}px`,
      width: `${width}px`,
      height: `${height}px`,
    });
  }
}
