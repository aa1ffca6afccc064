import type { Prompt } from '@/shared/api/types';
import { currentLanguage } from '@/shared/i18n';
import { nameOrder } from '@/shared/i18n/order';

/** What stands for the agent's number in a greeting's name. */
export const place = '{number}';

export interface Greeting {
  name: string;
  /** Of how many agents there is one, for a name with the place; else null. */
  agents: number | null;
  /** One of each language, or some agent's own. */
  prompts: Prompt[];
}

/**
 * What a queue may play before its agents: every prompt by its name, and first the families in which each agent has
 * their own, such as `hello_{number}` where there is a `hello_1001`.
 */
export function greetings(prompts: Prompt[], numbers: string[]): Greeting[] {
  const named = new Map<string, Prompt[]>();
  for (const prompt of prompts) named.set(prompt.name, [...(named.get(prompt.name) ?? []), prompt]);
  const families = new Map<string, Set<string>>();
  for (const number of numbers)
    for (const name of named.keys()) {
      // The number stands alone: 1001 is not in hello_10012.
      const at = name.split(/([0-9A-Za-z]+)/).indexOf(number);
      if (at < 0) continue;
      const parts = name.split(/([0-9A-Za-z]+)/);
      parts[at] = place;
      const family = parts.join('');
      families.set(family, (families.get(family) ?? new Set()).add(number));
    }
  const own = [...families].map(([name, of]) => ({
    name,
    agents: of.size,
    prompts: named.get(name.replace(place, [...of].sort()[0] ?? '')) ?? [],
  }));
  const plain = [...named].map(([name, each]) => ({ name, agents: null, prompts: each }));
  const order = nameOrder(currentLanguage());
  const byName = (one: Greeting, other: Greeting) => order(one.name, other.name);
  return [...own.sort(byName), ...plain.sort(byName)];
}
