/** Where a bulletin to the agent of this number is written. */
export const bulletinTo = (number: string) => `/admin/bulletins?edit=new&agent=${encodeURIComponent(number)}`;
