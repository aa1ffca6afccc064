import { createContext } from 'react';
import type { DataSource, Voice } from '@/shared/api/types';
import type { Option } from '@/shared/catalogue/useOptions';

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
