import type { CustomerField } from '@/shared/api/types';
import { customerNames } from './labels';

const plain = new Set<string>(customerNames.map((name) => `customer.${name}`));

/** Whether an item is private, as far as is known: a field of which nothing is known yet is private. */
export function isPrivate(key: string, fields: readonly CustomerField[]): boolean {
  const [kind, name] = key.split('.', 2);
  if (kind === 'vars') return fields.some((field) => field.private && field.key === name);
  if (kind !== 'customer' || plain.has(key)) return false;
  return fields.find((field) => field.key === name)?.private !== false;
}
