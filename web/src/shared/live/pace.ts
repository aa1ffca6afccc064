// While much happens, who reads the screen and who types has as much of the browser as drawing it takes, and more.
const restTimes = 1.5;
const longestRestMilliseconds = 500;
// A few changes after a quiet time, such as a call's, are drawn one by one.
const owedMilliseconds = 150;

/** How much of the browser the drawing of what changes may take. */
export class Pace {
  private restUntil = -Infinity;

  /** A change was drawn between these times, in milliseconds; returns how long the next one has to wait. */
  drawn(began: number, ended: number): number {
    const drawing = ended - began;
    const rest = Math.min(drawing * restTimes, longestRestMilliseconds);
    this.restUntil = Math.max(this.restUntil, began) + drawing + rest;
    return Math.max(0, this.restUntil - ended - owedMilliseconds);
  }
}
