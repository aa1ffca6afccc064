import type { DataSource, DataSourceIn } from '@/shared/api/types';

type Default = DataSource['results'][number]['default'];

/** What the form holds: both kinds of request side by side, secrets and defaults as they are typed. */
export interface Values {
  name: string;
  kind: 'http' | 'postgres';
  http: { method: 'GET' | 'POST'; url: string; headers: { name: string; value: string }[]; body: string };
  postgres: {
    host: string;
    port: number;
    database: string;
    user: string;
    tls: 'off' | 'require' | 'verify';
    query: string;
  };
  parameters: string[];
  results: { variable: string; value: string; default: string }[];
  rows: string;
  secrets: { name: string; value?: string; kept?: boolean }[];
  timeout_ms: number;
  cache_seconds: number;
  most_at_once: number;
}

/** A text that would be read as a number, a truth value or null keeps its quotes. */
export function defaultText(value: Default | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  return defaultOf(value) === value ? value : JSON.stringify(value);
}

/** Nothing is null; `5`, `true` and `"5"` are what they are in JSON; everything else is a text. */
export function defaultOf(text: string): Default {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  try {
    const parsed: unknown = JSON.parse(trimmed);
    if (parsed === null || ['string', 'number', 'boolean'].includes(typeof parsed)) return parsed as Default;
  } catch {
    // a text
  }
  return trimmed;
}

export const fresh: Values = {
  name: '',
  kind: 'http',
  http: { method: 'GET', url: '', headers: [], body: '' },
  postgres: { host: '', port: 5432, database: '', user: '', tls: 'verify', query: '' },
  parameters: ['number'],
  results: [{ variable: '', value: 'answer.', default: '' }],
  rows: '',
  secrets: [],
  timeout_ms: 2000,
  cache_seconds: 0,
  most_at_once: 10,
};

export function valuesOf(source: DataSource): Values {
  const { id, request, results, secrets, ...rest } = source;
  return {
    ...fresh,
    ...rest,
    kind: request.kind,
    ...(request.kind === 'http' ? { http: request } : { postgres: request }),
    results: results.map((one) => ({ ...one, default: defaultText(one.default) })),
    secrets: secrets.map((name) => ({ name, kept: true })),
  };
}

export function bodyOf(values: Values): DataSourceIn {
  const { kind, http, postgres, results, secrets, ...rest } = values;
  return {
    ...rest,
    request:
      kind === 'http'
        ? { kind, ...http, body: http.method === 'POST' ? http.body : '' }
        : { ...postgres, kind },
    results: results.map((one) => ({ ...one, default: defaultOf(one.default) })),
    // What is left empty stays as it is stored.
    secrets: Object.fromEntries(secrets.map(({ name, value }) => [name, value ? value : null])),
  };
}

/** Where in the form a field of the API is. */
export function formField(field: string, values: Values): (string | number)[] {
  const parts = field.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  if (parts[0] === 'request') return [values.kind, ...parts.slice(1).filter((part) => part !== values.kind)];
  if (parts[0] === 'secrets')
    return ['secrets', values.secrets.findIndex(({ name }) => name === parts[1]), 'value'];
  return parts;
}
