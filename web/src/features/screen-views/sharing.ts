import { record } from 'rrweb';
import { privateClass } from '@/shared/components/private';
import { capture } from '@/shared/whole-screen/capture';
import { fields, packed, privateElements, typedElements, whileTyped, withoutNumbers } from './masking';
import { pack } from './packing';
import { Sending } from './sending';
import type { FromViewer } from './signals';

/** What of an event is looked at here. */
interface RecordedEvent {
  type: number;
  timestamp: number;
  data: { href?: string; source?: number; text?: string; isChecked?: boolean; id?: number };
}

type Message =
  { type: 'begin'; ice_servers: RTCIceServer[] } | { type: 'signal'; view_id: string; signal: FromViewer };

// The kinds of event with which a whole picture begins (rrweb: Meta), and that say what a field has now (Input).
const meta = 4;
const incremental = 3;
const input = 5;
const everyMilliseconds = 250;
const againMilliseconds = 1_500;
const tryMilliseconds = 3_000;
// A server that takes no more than it does now gets a new picture later, instead of all that happened meanwhile.
const mostWaiting = 1_000_000;
const largestPiece = 600_000;

function isPassword(element: HTMLElement): boolean {
  return element.getAttribute('type') === 'password';
}

/** What of a field's text goes out: less while somebody types in it. */
function masked(text: string, element: HTMLElement): string {
  if (isPassword(element)) return '';
  const typedIn = document.activeElement;
  // Some fields have a double, from which their height is taken.
  const doubled = typedIn instanceof HTMLTextAreaElement && typedIn.value === text;
  return element === typedIn || doubled ? whileTyped(text) : withoutNumbers(text);
}

/** What text that shows what is typed has, in another field maybe. */
function shown(text: string): string {
  return document.activeElement?.matches(fields) ? whileTyped(text) : withoutNumbers(text);
}

/** Shows this page to those who view it, until it is stopped. */
export class Sharing {
  private socket: WebSocket | null = null;
  private events: RecordedEvent[] = [];
  private stopRecording: (() => void) | undefined;
  private packing: Promise<void> = Promise.resolve();
  private behind = false;
  private tryAt = 0;
  private tooBig = false;
  private stopped = false;
  private timer: ReturnType<typeof setInterval> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;

  private sending: Sending | null = null;
  private stopListening: (() => void) | undefined;

  constructor(private readonly open: () => WebSocket) {}

  start(): void {
    document.addEventListener('visibilitychange', this.tellPage);
    document.addEventListener('focusout', this.leaveField);
    this.stopListening = capture.subscribe(this.tellShared);
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    document.removeEventListener('visibilitychange', this.tellPage);
    document.removeEventListener('focusout', this.leaveField);
    this.stopListening?.();
    clearTimeout(this.retry);
    this.pause();
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  /** The whole screen anew, and how the page is, for who has heard of neither. */
  picture(): void {
    this.tellPage();
    if (this.stopRecording) record.takeFullSnapshot(true);
  }

  private connect(): void {
    const socket = this.open();
    this.socket = socket;
    socket.onopen = () => {
      this.tellPage();
      this.resume();
    };
    const sending = new Sending(
      () => capture.stream,
      (view_id, signal) => socket.send(JSON.stringify({ type: 'signal', view_id, signal })),
    );
    this.sending = sending;
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      if (this.socket !== socket) return;
      const message = JSON.parse(data) as Message;
      if (message.type === 'begin') sending.iceServers = message.ice_servers;
      else sending.take(message.view_id, message.signal);
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.pause();
      this.socket = null;
      if (!this.stopped) this.retry = setTimeout(() => this.connect(), againMilliseconds);
    };
  }

  private resume(): void {
    this.behind = false;
    this.tooBig = false;
    this.stopRecording = record<RecordedEvent>({
      emit: (event) => this.take(event),
      blockClass: privateClass,
      blockSelector: privateElements,
      maskAllInputs: true,
      maskInputFn: masked,
      maskTextSelector: typedElements,
      maskTextFn: shown,
      slimDOMOptions: 'all',
      sampling: { mousemove: 100, scroll: 150, media: 800 },
    });
    this.timer = setInterval(() => this.send(), everyMilliseconds);
  }

  private pause(): void {
    // Who sees all of the screen has it by this socket: without it nobody says that they may not any more.
    this.sending?.stop();
    this.sending = null;
    clearInterval(this.timer);
    this.stopRecording?.();
    this.stopRecording = undefined;
    this.events = [];
  }

  private take(event: RecordedEvent): void {
    if (event.type === meta) {
      if (!this.behind) this.send(); // a picture begins a piece of its own
      this.behind = false;
      event = { ...event, data: { ...event.data, href: location.origin + location.pathname } };
    }
    if (!this.behind) this.events.push(event);
  }

  /** What was typed shows its short numbers when the field is left. */
  private readonly leaveField = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
    if (!this.stopRecording || target.closest(`.${privateClass}, ${privateElements}`)) return;
    const text = withoutNumbers(target.value);
    const id = record.mirror.getId(target);
    if (text === whileTyped(target.value) || id < 0) return;
    this.take({
      type: incremental,
      timestamp: Date.now(),
      data: { source: input, text, isChecked: false, id },
    });
  };

  private send(): void {
    const { socket, events } = this;
    if (!socket || socket.readyState !== WebSocket.OPEN) return;
    const full = socket.bufferedAmount > mostWaiting;
    if (this.behind && !full && Date.now() >= this.tryAt) {
      this.tryAt = Date.now() + tryMilliseconds;
      this.picture();
    }
    if (events.length === 0) return;
    this.events = [];
    if (full) {
      this.behind = true;
      return;
    }
    const whole = events[0]?.type === meta;
    this.packing = this.packing.then(async () => {
      const data = await pack(packed(events));
      if (this.socket !== socket || socket.readyState !== WebSocket.OPEN) return;
      if (this.tooBig && !whole) return; // worth nothing without what was not sent
      if (data.length > largestPiece) {
        this.tooBig = true;
        this.behind = true;
        this.tryAt = Date.now() + tryMilliseconds;
        this.events = [];
        this.tellPage();
        return;
      }
      if (this.tooBig) {
        this.tooBig = false;
        this.tellPage();
      }
      socket.send(JSON.stringify({ type: 'piece', data, whole }));
    });
  }

  private readonly tellShared = (): void => {
    if (!capture.stream) this.sending?.stopped();
    this.tellPage();
  };

  private readonly tellPage = (): void => {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const visible = document.visibilityState === 'visible';
    this.socket.send(
      JSON.stringify({ type: 'page', visible, too_big: this.tooBig, shares: capture.stream !== null }),
    );
  };
}
