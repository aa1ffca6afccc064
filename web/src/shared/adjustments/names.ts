import type { AdjustmentLive } from '@/shared/api/types';
import { useOptions } from '@/shared/catalogue/useOptions';

/** The names of what is adjusted; media and acts have none. */
export function useAdjustedNames(adjustments: AdjustmentLive[]): (one: AdjustmentLive) => string | null {
  const has = (...kinds: string[]) => adjustments.some((one) => kinds.includes(one.kind));
  const skills = useOptions('/skills', has('skill'));
  const projects = useOptions('/projects', has('project'));
  return (one) => {
    if (one.kind === 'skill') return skills.nameOf(one.subject);
    return one.kind === 'project' ? projects.nameOf(one.subject) : (one.name ?? null);
  };
}
