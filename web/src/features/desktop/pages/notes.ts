/** Where what pages write down goes: the note of the interaction, while it is open. */
const open = new Map<string, (text: string) => boolean>();

/** Takes what is written of an interaction; the function says whether there was room for it. */
export function takeNotes(id: string, take: (text: string) => boolean): () => void {
  open.set(id, take);
  return () => {
    if (open.get(id) === take) open.delete(id);
  };
}

/** Adds a line to the interaction's note; false when there is none open, or no room. */
export const writeDown = (id: string, text: string): boolean => open.get(id)?.(text) ?? false;
