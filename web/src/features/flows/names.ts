import { createContext } from 'react';
import type { Option } from '@/shared/catalogue/useOptions';

export interface Names {
  queues: Option[];
  hours: Option[];
  prompts: string[];
  queueName: (id: string | undefined) => string;
  hoursName: (id: string | undefined) => string;
}

/** The tenant's queues, business hours and prompts, for the editor's choices. */
export const NamesContext = createContext<Names>({
  queues: [],
  hours: [],
  prompts: [],
  queueName: (id) => id ?? '',
  hoursName: (id) => id ?? '',
});
