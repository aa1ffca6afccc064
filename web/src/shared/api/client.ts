import { currentLanguage } from '@/shared/i18n';
import { observeServerDate } from '@/shared/format/clock';

/** What the server said no to, with its sentence for the reader and the field it concerns. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly detail: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>;

const base = '/api/v1';
let csrfToken = '';
let whenSignedOut: () => void = () => undefined;

export function setCsrfToken(token: string): void {
  csrfToken = token;
}

export function onSignedOut(handler: () => void): void {
  whenSignedOut = handler;
}

/** The address of a resource, with its query; arrays are repeated. */
export function address(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue;
    if (Array.isArray(value)) value.forEach((one: string) => parameters.append(name, one));
    else parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${base}${path}?${text}` : `${base}${path}`;
}

interface ErrorBody {
  error?: { code?: string; field?: string | null; message?: string; detail?: Record<string, unknown> };
}

async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  query?: Query,
  options: RequestInit = {},
): Promise<T> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Accept-Language': currentLanguage(),
  };
  const init: RequestInit = { method, headers, credentials: 'same-origin', ...options };
  if (method !== 'GET') headers['X-CSRF-Token'] = csrfToken;
  if (body instanceof FormData || body instanceof Blob) init.body = body;
  else if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  let response: Response;
  let text: string;
  try {
    response = await fetch(address(path, query), init);
    text = await response.text(); // the network may go in the middle of the answer
  } catch {
    throw new ApiError(0, 'unreachable', '');
  }
  observeServerDate(response.headers.get('Date'));
  let parsed: unknown = null;
  try {
    parsed = text ? JSON.parse(text) : null;
  } catch {
    parsed = null;
  }
  if (response.ok) return parsed as T;
  const { error = {} } = (parsed ?? {}) as ErrorBody;
  if (response.status === 401 && path !== '/session') whenSignedOut();
  throw new ApiError(
    response.status,
    error.code ?? 'unexpected',
    error.message ?? '',
    error.field ?? null,
    error.detail ?? {},
  );
}

export const api = {
  get: <T>(path: string, query?: Query) => request<T>('GET', path, undefined, query),
  post: <T = unknown>(path: string, body: unknown = {}, query?: Query) =>
    request<T>('POST', path, body, query),
  /** Goes on its way even while the page is left. */
  tell: (path: string, body: unknown) => request<unknown>('POST', path, body, undefined, { keepalive: true }),
  put: <T = unknown>(path: string, body: unknown) => request<T>('PUT', path, body),
  patch: <T = unknown>(path: string, body: unknown) => request<T>('PATCH', path, body),
  delete: (path: string, query?: Query) => request<unknown>('DELETE', path, undefined, query),
};

/** A list endpoint may answer with a page or, for short catalogues, with the bare array. */
export async function all<T>(path: string, query: Query = {}): Promise<T[]> {
  const size = 200;
  const first = await api.get<Page<T> | T[]>(path, { page: 1, page_size: size, ...query });
  if (Array.isArray(first)) return first;
  const items = [...first.items];
  for (let page = 2; items.length < first.total && page <= 100; page += 1) {
    const next = await api.get<Page<T>>(path, { page, page_size: size, ...query });
    if (next.items.length === 0) break;
    items.push(...next.items);
  }
  return items;
}

interface Page<T> {
  items: T[];
  total: number;
}
