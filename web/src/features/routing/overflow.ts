import type { OverflowRule } from '@/shared/api/types';

export type When = OverflowRule['when'];
export type To = OverflowRule['to'];

export const whens: readonly When[] = [
  'waited',
  'ahead',
  'expected_wait',
  'nobody_signed_in',
  'outside_hours',
  'expression',
];
export const targets: readonly To[] = ['queue', 'flow', 'number', 'voicemail', 'callback'];

/** What a condition compares with: seconds, callers, or nothing. */
export const unitOf: Record<When, 'seconds' | 'callers' | null> = {
  waited: 'seconds',
  ahead: 'callers',
  expected_wait: 'seconds',
  nobody_signed_in: null,
  outside_hours: null,
  expression: null,
};

/** The second at which a rule acts; null when none is known beforehand. */
export const timeOf = (rule: OverflowRule): number | null => (rule.when === 'waited' ? rule.over : null);

export const latestOf = (rules: OverflowRule[]) => Math.max(0, ...rules.map((rule) => timeOf(rule) ?? 0));

const usual: Partial<Record<When, number>> = { waited: 60, ahead: 10, expected_wait: 120 };

/** A rule with another condition; what belonged to the old one goes. */
export const withWhen = (rule: OverflowRule, when: When): OverflowRule => ({
  ...rule,
  when,
  over: usual[when] ?? 0,
  expression: '',
});

/** How customers are called back when nothing else is said. */
export const usualCallBack = {
  first: 'agent',
  ring_seconds: 30,
  most_tries: 3,
  retry_seconds: 300,
  expires_seconds: 28_800,
} as const;

export const withTo = (rule: OverflowRule, to: To): OverflowRule => ({
  ...rule,
  to,
  target: '',
  prompts: [],
  callback: to === 'callback' ? usualCallBack : null,
});

/** A rule for after those that are there. */
export function freshRule(rules: OverflowRule[]): OverflowRule {
  const over = latestOf(rules) > 0 ? Math.min(86_400, latestOf(rules) + 60) : 60;
  return { when: 'waited', over, expression: '', to: 'voicemail', target: '', prompts: [], callback: null };
}

/**
 * The first rule that is never reached, and the one before it that holds whenever it would; null: all are. Who does not
 * take a call-back stays for the rules that follow, but it is offered once.
 */
export function unreached(rules: OverflowRule[]): { rule: number; by: number } | null {
  for (const [at, rule] of rules.entries()) {
    const by = rules
      .slice(0, at)
      .findIndex(
        (before) =>
          before.when === rule.when &&
          before.expression === rule.expression &&
          before.over <= rule.over &&
          (before.to !== 'callback' || rule.to === 'callback'),
      );
    if (by >= 0) return { rule: at, by };
  }
  return null;
}
