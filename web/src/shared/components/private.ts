/** Marks what is private: whoever views the screen sees an empty box there. It never leaves this page. */
export const privateClass = 'hj-private';

export function privateIf(isPrivate: boolean): string | undefined {
  return isPrivate ? privateClass : undefined;
}
