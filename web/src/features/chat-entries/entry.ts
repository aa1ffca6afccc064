import type { ChatEntry } from '@/shared/api/types';
import type { Entry } from '../../../widget/preview';

export type EntryValues = Omit<ChatEntry, 'id' | 'key'>;

/** What a website's pages need to have, and nothing else. */
export function scriptLine(origin: string, key: string): string {
  return `<script src="${origin}/chat/widget.js" data-key="${key}" async></script>`;
}

/** What the form holds so far, as visitors would see it: what is not there yet is left out. */
export function shownEntry(values: Partial<EntryValues>): Entry {
  return {
    name: values.name ?? '',
    languages: values.languages ?? [],
    fields: (values.fields ?? [])
      .filter((field) => (field as typeof field | undefined) !== undefined)
      .map((field, at) => ({
        key: field.key || `field-${at}`,
        label: (field.label as Entry['fields'][number]['label'] | undefined) ?? {},
        required: field.required,
        kind: field.kind,
      })),
    welcome: values.welcome ?? {},
    color: values.color ?? '#1677ff',
    max_message: values.max_message ?? 2000,
    max_file_mb: values.max_file_mb ?? 0,
    file_types: values.file_types ?? [],
  };
}
