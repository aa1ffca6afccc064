/** What people call the types of files that can be sent in a chat; the server looks at the content. */
export const fileTypes: Record<string, string> = {
  'image/png': 'PNG',
  'image/jpeg': 'JPEG',
  'image/gif': 'GIF',
  'image/webp': 'WebP',
  'application/pdf': 'PDF',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word (DOCX)',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel (XLSX)',
  'text/plain': 'TXT',
  'application/zip': 'ZIP',
};

export const typeName = (type: string): string => fileTypes[type] ?? type;

export const typeNames = (types: readonly string[]): string => types.map(typeName).join(', ');

/** Whether a file looks like one of the types; what the browser knows no type of is left to the server. */
export function isTaken(file: { type: string }, types: readonly string[]): boolean {
  const type = file.type.startsWith('text/') ? 'text/plain' : file.type;
  return type === '' || types.includes(type);
}
