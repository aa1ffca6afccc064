import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

type Change = Record<string, string | number | readonly string[] | null | undefined>;

/** The address as the state of a screen: read a part of it, change parts of it, keep the rest. */
export function useAddressState(): {
  parameters: URLSearchParams;
  text: (name: string) => string;
  list: (name: string) => string[];
  change: (change: Change, options?: { replace?: boolean }) => void;
} {
  const [parameters, setParameters] = useSearchParams();
  const change = useCallback(
    (wanted: Change, { replace = false } = {}) => {
      setParameters(
        (current) => {
          const next = new URLSearchParams(current);
          for (const [name, value] of Object.entries(wanted)) {
            next.delete(name);
            if (Array.isArray(value)) value.forEach((one: string) => next.append(name, one));
            else if (value !== null && value !== undefined && value !== '') next.set(name, String(value));
          }
          return next;
        },
        { replace },
      );
    },
    [setParameters],
  );
  return {
    parameters,
    text: (name) => parameters.get(name) ?? '',
    list: (name) => parameters.getAll(name),
    change,
  };
}
