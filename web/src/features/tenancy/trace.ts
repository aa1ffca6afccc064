/** The id of a contact, from its address or the id itself. */
export const contactId = (text: string): string | null =>
  /(?<![\w-])[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/i.exec(text)?.[0].toLowerCase() ?? null;
