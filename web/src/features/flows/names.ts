import { createContext } from 'react';
import type { DataSource } from '@/shared/api/types';
import type { Option } from '@/shared/catalogue/useOptions';

export interface Names {
  queues: Option[];
  hours: Option[];
  prompts: string[];
  skills: Option[];
  sources: DataSource[];
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
  queueName: (id) => id ?? '',
  hoursName: (id) => id ?? '',
});
