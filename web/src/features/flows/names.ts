import { createContext } from 'react';
import type { Option } from '@/shared/catalogue/useOptions';

export interface Names {
  queues: Option[];
  prompts: string[];
  queueName: (id: string | undefined) => string;
}

/** The tenant's queues and prompts, for the editor's choices. */
export const NamesContext = createContext<Names>({ queues: [], prompts: [], queueName: (id) => id ?? '' });
