import { Replayer } from 'rrweb';
import 'rrweb/dist/style.css';

type Event = Exclude<Parameters<Replayer['addEvent']>[0], string>;

// What the agent's page keeps to itself, as grey boxes.
const hidden = '.hj-private { background: #c9ced2 !important; border-radius: 4px; }';

/** What is drawn, as charts are, does not come: in its place stands that there is such a thing. */
function drawn(word: string): string {
  const bars = '<path d="M44 20v40M60 34v26M76 10v50M92 42v18" stroke="#9aa3ab" stroke-width="8"/>';
  const text = `<text x="70" y="82" font-family="sans-serif" font-size="14" fill="#6b7680" text-anchor="middle">${word}</text>`;
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 140 90">${bars}${text}</svg>`;
  return `canvas { background: url("data:image/svg+xml,${encodeURIComponent(picture)}") center / min(140px, 90%) no-repeat; }`;
}

/** Draws a screen into an element, scaled to fit it. Nothing in it runs or can be used: it is a picture. */
export class Player {
  private replayer: Replayer | null = null;
  private size = { width: 0, height: 0 };
  private readonly fits: ResizeObserver;

  constructor(
    private readonly root: HTMLElement,
    private readonly chart: string,
  ) {
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
      insertStyleRules: [hidden, drawn(this.chart)],
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
