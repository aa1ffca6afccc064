import type { ChatFile, ChatMessage } from '@/shared/chat/transcript';
import type { Language } from './texts';

export interface Field {
  key: string;
  label: Partial<Record<Language, string>>;
  required: boolean;
  kind: 'text' | 'email' | 'phone';
}

export interface Entry {
  name: string;
  languages: Language[];
  fields: Field[];
  welcome: Partial<Record<Language, string>>;
  color: string;
  max_message: number;
  max_file_mb: number;
  file_types: string[];
}

export interface Conversation {
  id: string;
  state: 'flow' | 'queued' | 'offered' | 'connected' | 'ended';
  position: number | null;
  agent_name: string | null;
  last: number;
  /** The last number that the visitor's side has given. */
  client_number?: number;
  /** Up to where the agent has read. */
  read?: number;
}

export type Frame =
  | ({ type: 'message' } & ChatMessage)
  | ({ type: 'state' } & Conversation)
  | { type: 'typing'; from: string }
  | { type: 'read'; number: number }
  | { type: 'ping' };

/** What the server did not do; `status` 0: it was not reached. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly retryAfterSeconds = 0,
  ) {
    super(message);
  }

  /** Whether the same may succeed later: nobody was reached, too much at once, or trouble over there. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

interface ErrorBody {
  error?: { code?: string; message?: string; field?: string | null };
}

/** The public interface of one chat entry. The visitor's token is in a header or in the first frame, never in a URL. */
export class Server {
  private readonly base: string;
  token = '';
  language: Language = 'zh-CN';

  constructor(
    origin: string,
    private readonly key: string,
  ) {
    this.base = `${origin}/api/v1/public/chat`;
  }

  entry = () => this.json<Entry>('GET', `/${encodeURIComponent(this.key)}`);

  begin = (body: { language: Language; fields: Record<string, string>; page_url: string; title: string }) =>
    this.json<{ id: string; token: string; state: Conversation['state'] }>(
      'POST',
      `/${encodeURIComponent(this.key)}/conversations`,
      body,
    );

  conversation = () => this.json<Conversation>('GET', '/conversation');
  messages = (after: number) => this.json<ChatMessage[]>('GET', `/conversation/messages?after=${after}`);
  say = (body: object) => this.json<{ number: number }>('POST', '/conversation/messages', body);
  typing = () => this.json('POST', '/conversation/typing', {});
  read = (number: number) => this.json('POST', '/conversation/read', { number });
  end = () => this.json('POST', '/conversation/end', {});

  async sendFile(clientNumber: number, file: File): Promise<{ number: number; file: ChatFile }> {
    const path = `/conversation/files?client_number=${clientNumber}&name=${encodeURIComponent(file.name)}`;
    const type = file.type || 'application/octet-stream';
    return this.request(async (answer) => (await answer.json()) as never, 'POST', path, file, type);
  }

  file(id: string): Promise<Blob> {
    return this.request((answer) => answer.blob(), 'GET', `/conversation/files/${encodeURIComponent(id)}`);
  }

  socket = (): WebSocket => new WebSocket(`${this.base.replace(/^http/, 'ws')}/socket`);

  private json<T>(method: string, path: string, body?: object): Promise<T> {
    const parsed = async (answer: Response) => {
      const text = await answer.text();
      return (text ? JSON.parse(text) : null) as T;
    };
    return this.request(parsed, method, path, body && JSON.stringify(body), body && 'application/json');
  }

  private async request<T>(
    read: (answer: Response) => Promise<T>,
    method: string,
    path: string,
    body?: BodyInit,
    type?: string,
  ): Promise<T> {
    const headers: Record<string, string> = { 'Accept-Language': this.language };
    if (type) headers['Content-Type'] = type;
    if (this.token) headers['Authorization'] = `Bearer ${this.token}`;
    let answer: Response;
    try {
      answer = await fetch(this.base + path, {
        method,
        headers,
        // A network that is gone may answer nothing at all.
        signal: AbortSignal.timeout(body instanceof Blob ? 300_000 : 20_000),
        credentials: 'omit',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        ...(body === undefined ? {} : { body }),
      });
      // The network may go, or the page may be left, in the middle of the answer.
      if (answer.ok) return await read(answer);
    } catch {
      throw new Refused(0, 'unreachable', '');
    }
    const { error = {} } = (await answer.json().catch(() => ({}))) as ErrorBody;
    throw new Refused(
      answer.status,
      error.code ?? '',
      error.message ?? '',
      error.field ?? null,
      Number(answer.headers.get('Retry-After')) || 0,
    );
  }
}
