/** What is said in a chat. Its messages are numbered from 1; what a supervisor whispers is a part of the one before. */

export interface ChatFile {
  id: string;
  name: string;
  size: number;
  type: string;
}

export interface ChatChoice {
  value: string;
  label: string;
}

export interface ChatMessage {
  number: number;
  /** 0, or the place among what was whispered after the message with this number. */
  part?: number;
  at: string;
  from: 'visitor' | 'agent' | 'flow' | 'system';
  name: string;
  kind: 'text' | 'file' | 'choices' | 'notice' | 'whisper';
  text: string;
  choices?: ChatChoice[] | null;
  file?: ChatFile | null;
  code?: string | null;
  /** The sender's own number; known to the sender only. */
  client_number?: number | null;
  agent_id?: string | null;
}

export interface Transcript {
  readonly messages: readonly ChatMessage[];
  /** Everything up to this number has been read. */
  readonly known: number;
}

export const nothingSaid: Transcript = { messages: [], known: 0 };

/** The server gives no more than so many at once. */
export const mostAtOnce = 200;

const order = (a: ChatMessage, b: ChatMessage) => a.number - b.number || (a.part ?? 0) - (b.part ?? 0);

/** The messages with those that are new among `found`, each once and in its place. */
function merged(messages: readonly ChatMessage[], found: readonly ChatMessage[]): readonly ChatMessage[] {
  const fresh = found.filter((one) => !messages.some((held) => order(held, one) === 0));
  return fresh.length === 0 ? messages : [...messages, ...fresh].sort(order);
}

/** A message that was pushed; 'gap' when something before it is missing: what is after `known` has to be read. */
export function pushed(transcript: Transcript, message: ChatMessage): Transcript | 'gap' {
  if (message.number > transcript.known + 1 || (message.part && message.number > transcript.known))
    return 'gap';
  const messages = merged(transcript.messages, [message]);
  return messages === transcript.messages
    ? transcript
    : { messages, known: Math.max(transcript.known, message.number) };
}

/** What was read after `known`. */
export function read(transcript: Transcript, found: readonly ChatMessage[]): Transcript {
  const messages = merged(transcript.messages, found);
  return messages === transcript.messages
    ? transcript
    : { messages, known: Math.max(transcript.known, messages.at(-1)?.number ?? 0) };
}

/** The choices that can still be made: of the last question, while the visitor has not answered. */
export function openChoices(messages: readonly ChatMessage[]): number | null {
  for (const message of [...messages].reverse()) {
    if (message.kind === 'choices') return message.number;
    if (message.from === 'visitor') return null;
  }
  return null;
}

export type Piece = { text: string; href?: string };

const link = /https?:\/\/[^\s<>"'，。、；：！？（）【】「」『』《》〈〉…]+/gi;

/** A text in pieces, of which those with `href` are addresses in the web that may be followed. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(link)) {
    const address = match[0].replace(/[.,;:!?)\]]+$/, '');
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: address, href: address });
    from = match.index + address.length;
  }
  if (from < text.length || found.length === 0) found.push({ text: text.slice(from) });
  return found;
}

export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
