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
    const answer = await this.request('POST', path, file, file.type || 'application/octet-stream');
    return (await answer.json()) as { number: number; file: ChatFile };
  }

  async file(id: string): Promise<Blob> {
    return (await this.request('GET', `/conversation/files/${encodeURIComponent(id)}`)).blob();
  }

  socket = (): WebSocket => new WebSocket(`${this.base.replace(/^http/, 'ws')}/socket`);

  private async json<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.request(method, path, body && JSON.stringify(body), body && 'application/json');
    const text = await answer.text();
    return (text ? JSON.parse(text) : null) as T;
  }

  private async request(method: string, path: string, body?: BodyInit, type?: string): Promise<Response> {
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
    } catch {
      throw new Refused(0, 'unreachable', '');
    }
    if (answer.ok) return answer;
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
