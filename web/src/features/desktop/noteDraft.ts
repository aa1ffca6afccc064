/** What an agent has begun to write up of an interaction, as this tab keeps it. */
export interface Draft {
  disposition_id?: string;
  note: string;
}

export const draftKey = (id: string) => `hujiao.note.${id}`;

/** Whether this tab has begun it; another one, which is gone, may have. */
export const hasDraft = (id: string) => sessionStorage.getItem(draftKey(id)) !== null;

export function loadDraft(id: string): Draft {
  try {
    return JSON.parse(sessionStorage.getItem(draftKey(id)) ?? '{"note":""}') as Draft;
  } catch {
    return { note: '' };
  }
}
