import type { TemporarySkillLive } from '@/shared/api/types';
import { dayAndMinute } from '@/shared/format/time';

export const noSkills: TemporarySkillLive[] = [];

/** The end of a temporary skill in words; `nextSignIn` are the words for none. */
export const untilWhen = ({ until_at: at }: TemporarySkillLive, nextSignIn: string) =>
  at ? dayAndMinute(at) : nextSignIn;
