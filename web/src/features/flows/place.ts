/** Step and field of the place where a flow met a problem. */
export function flowPlace(place: string): { step: string; field: string } {
  const [, step = '', field = ''] = place.split(' › ');
  return { step, field };
}
