import { useQuery } from '@tanstack/react-query';
import { createContext, useMemo } from 'react';
import { all } from '@/shared/api/client';
import type { DataSource, Prompt, Voice } from '@/shared/api/types';
import { useOptions, type Option } from '@/shared/catalogue/useOptions';

export interface Names {
  queues: Option[];
  hours: Option[];
  prompts: string[];
  skills: Option[];
  sources: DataSource[];
  voices: Voice[];
  queueName: (id: string | undefined) => string;
  hoursName: (id: string | undefined) => string;
}

/** What the tenant has, for the editor's choices. */
export const NamesContext = createContext<Names>({
  queues: [],
  hours: [],
  prompts: [],
  skills: [],
  sources: [],
  voices: [],
  queueName: (id) => id ?? '',
  hoursName: (id) => id ?? '',
});

export function useNames(): Names {
  const { options: queues } = useOptions('/queues');
  const { options: hours } = useOptions('/hours');
  const { options: skills } = useOptions('/skills');
  const prompts = useQuery({ queryKey: ['/prompts', 'all'], queryFn: () => all<Prompt>('/prompts') });
  const sources = useQuery({
    queryKey: ['/data-sources', 'all'],
    queryFn: () => all<DataSource>('/data-sources'),
  });
  const voices = useQuery({ queryKey: ['/voices'], queryFn: () => all<Voice>('/voices') });
  return useMemo(() => {
    const nameIn = (options: Option[]) => (wanted: string | undefined) =>
      options.find((one) => one.value === wanted)?.label ?? wanted ?? '';
    return {
      queues,
      hours,
      prompts: [...new Set((prompts.data ?? []).map((prompt) => prompt.name))].sort(),
      skills,
      sources: sources.data ?? [],
      voices: voices.data ?? [],
      queueName: nameIn(queues),
      hoursName: nameIn(hours),
    };
  }, [queues, hours, prompts.data, skills, sources.data, voices.data]);
}
