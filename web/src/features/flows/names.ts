import { useQuery } from '@tanstack/react-query';
import { createContext, useMemo } from 'react';
import { all } from '@/shared/api/client';
import type { DataSource, FlowSummary, Prompt, Voice } from '@/shared/api/types';
import { useOptions, type Option } from '@/shared/catalogue/useOptions';

export interface Names {
  queues: Option[];
  hours: Option[];
  prompts: string[];
  skills: Option[];
  sources: DataSource[];
  flows: Option[]; // published, of the same project
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
  flows: [],
  voices: [],
  queueName: (id) => id ?? '',
  hoursName: (id) => id ?? '',
});

/** For a flow of this project. */
export function useNames(projectId: string | undefined): Names {
  const { options: queues } = useOptions('/queues');
  const { options: hours } = useOptions('/hours');
  const { options: skills } = useOptions('/skills');
  const prompts = useQuery({ queryKey: ['/prompts', 'all'], queryFn: () => all<Prompt>('/prompts') });
  const sources = useQuery({
    queryKey: ['/data-sources', 'all'],
    queryFn: () => all<DataSource>('/data-sources'),
  });
  const flows = useQuery({ queryKey: ['/flows', 'all'], queryFn: () => all<FlowSummary>('/flows') });
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
      flows: (flows.data ?? [])
        .filter((one) => one.published_version !== null && one.project_id === projectId)
        .map(({ id, name }) => ({ value: id, label: name })),
      voices: voices.data ?? [],
      queueName: nameIn(queues),
      hoursName: nameIn(hours),
    };
  }, [queues, hours, prompts.data, skills, sources.data, flows.data, projectId, voices.data]);
}
