import type { TFunction } from 'i18next';
import type { AdjustmentLive } from '@/shared/api/types';
import { dayAndMinute } from '@/shared/format/time';

export type AdjustmentKind = AdjustmentLive['kind'];

export const acts = ['dial_out', 'transfer_outside', 'record', 'forward_outside'] as const;
export const media = ['voice', 'video', 'web_call', 'chat', 'email', 'fax', 'sms'] as const;

/** One conversation at a time. */
export const atThePhone: ReadonlySet<string> = new Set(['voice', 'video', 'web_call']);

const none: AdjustmentLive[] = [];

/** The skills among what is adjusted. */
export const skillsOf = (adjustments: AdjustmentLive[] | undefined): AdjustmentLive[] => {
  const skills = adjustments?.filter((one) => one.kind === 'skill');
  return skills?.length ? skills : none;
};

export type Until = 'sign_in' | 'time' | 'good';

/** How long it holds if nothing else is chosen: who signs in again does not give themselves back what was taken. */
export const usualUntil = (kind: AdjustmentKind, level: number | null): Until =>
  takenAway(kind, level) ? 'time' : 'sign_in';

/** Whether it takes something away that the agent could have back by signing in again. */
export const takenAway = (kind: AdjustmentKind, level: number | null) =>
  level === 0 && kind !== 'skill' && kind !== 'rank';

/** The end of an adjustment in words; `nextSignIn` and `forGood` are the words where there is no time. */
export const untilWhen = (
  { until_at: at, for_good: forGood }: Pick<AdjustmentLive, 'until_at' | 'for_good'>,
  t: TFunction,
) => (at ? dayAndMinute(at) : t(forGood ? 'temporary.handEnds' : 'temporary.nextSignIn'));

/** Until when it holds, as a phrase of its own. */
export const holdsText = (one: Pick<AdjustmentLive, 'until_at' | 'for_good'>, t: TFunction) =>
  one.for_good ? t('temporary.forGood') : t('temporary.untilWhen', { when: untilWhen(one, t) });

/** What is given for good and holds when another one of the same, which lies above it for a while, has ended. */
export const holdsAfter = (one: AdjustmentLive, all: AdjustmentLive[]): AdjustmentLive | undefined =>
  one.for_good
    ? undefined
    : all.find((other) => other.for_good && other.kind === one.kind && other.subject === one.subject);

/** Whether it waits beneath another one. */
export const isBeneath = (one: AdjustmentLive, all: AdjustmentLive[]): boolean =>
  all.some((other) => holdsAfter(other, all)?.id === one.id);

/** What is adjusted, in words. */
export function whatText(
  kind: AdjustmentKind,
  subject: string,
  name: string | null | undefined,
  t: TFunction,
) {
  if (kind === 'medium') return t('adjusted.medium', { name: t(`medium.${subject as 'voice'}`) });
  if (kind === 'act') return t(`act.${subject as 'record'}`);
  return t(`adjusted.${kind}`, { name: name ?? t('temporary.goneSkill') });
}

/** A level of a kind, in words. */
export function levelText(kind: AdjustmentKind, level: number | null | undefined, t: TFunction): string {
  if (level === null || level === undefined) return '–';
  switch (kind) {
    case 'skill':
      return level === 0 ? t('temporary.away') : String(level);
    case 'rank':
      return level === 0 ? t('adjusted.usual') : level > 0 ? `+${level}` : `−${-level}`;
    case 'queue':
    case 'project':
      return t(level ? 'adjusted.serves' : 'adjusted.servesNot');
    case 'medium':
      return level ? t('adjusted.most', { number: level }) : t('adjusted.none');
    case 'act':
      return t(level ? 'adjusted.may' : 'adjusted.mayNot');
  }
}
