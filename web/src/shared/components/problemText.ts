type Known = 'ringing' | 'longCall' | 'slow' | 'muchData' | 'largeValue' | 'longExpression';

// What the platform itself finds; the expression language's own words are shown as they are.
const told: [pattern: RegExp, name: Known][] = [
  [/goes in a ring without anything to wait for/, 'ringing'],
  [/the call has gone through (?<most>\d+) steps/, 'longCall'],
  [/over the time that|took more time than|Iteration budget exceeded/, 'slow'],
  [/the variables of the call would take (?<size>\d+) bytes; (?<most>\d+) at most/, 'muchData'],
  [/a value of (?<size>\d+) characters and members; (?<most>\d+) at most/, 'largeValue'],
  [/^(?<size>\d+) characters; (?<most>\d+) at most/, 'longExpression'],
];

/** Which of the platform's own problems it is, with its figures; null when it is none of them. */
export function knownProblem(
  problem: string,
): { name: Known; figures: { size: string; most: string } } | null {
  for (const [pattern, name] of told) {
    const found = pattern.exec(problem);
    if (found) return { name, figures: { size: '', most: '', ...found.groups } };
  }
  return null;
}

/** Flow, step and field of the place where a flow met a problem. */
export function flowPlace(place: string): { step: string; field: string } {
  const [, step = '', field = ''] = place.split(' › ');
  return { step, field };
}
