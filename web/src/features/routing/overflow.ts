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
export const targets: readonly To[] = ['queue', 'flow', 'number', 'voicemail'];

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

export const withTo = (rule: OverflowRule, to: To): OverflowRule => ({
  ...rule,
  to,
  target: '',
  prompts: [],
});

/** A rule for after those that are there. */
export function freshRule(rules: OverflowRule[]): OverflowRule {
  const over = latestOf(rules) > 0 ? Math.min(86_400, latestOf(rules) + 60) : 60;
  return { when: 'waited', over, expression: '', to: 'voicemail', target: '', prompts: [] };
}

/** The first rule that is never reached, because one before it holds whenever it would; −1: none. */
export function unreached(rules: OverflowRule[]): number {
  return rules.findIndex((rule, at) =>
    rules
      .slice(0, at)
      .some(
        (before) =>
          before.when === rule.when && before.expression === rule.expression && before.over <= rule.over,
      ),
  );
}
