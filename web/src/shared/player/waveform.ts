import type { Peaks } from '@/shared/api/types';

const barWidth = 2;
const gap = 1;

/** The loudest point of each bar, so that a short word does not vanish between two pixels. */
export function bars(points: readonly number[], count: number): number[] {
  const result: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const from = Math.floor((index * points.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * points.length) / count));
    let loudest = 0;
    for (let at = from; at < to; at += 1) loudest = Math.max(loudest, points[at] ?? 0);
    result.push(loudest);
  }
  return result;
}

/** Two lanes, of a message one; what was already played in full colour. */
export function drawWaveform(
  canvas: HTMLCanvasElement,
  peaks: Peaks | null,
  played: number,
  message: boolean,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const scale = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const lane = message ? height : height / 2;
  const head = played * width;
  const lanes = [{ points: peaks?.customer ?? [], middle: lane / 2, fill: colour('--hj-customer') }];
  if (!message) {
    context.fillStyle = colour('--hj-line');
    context.fillRect(0, lane - 0.5, width, 1);
    lanes.push({ points: peaks?.agent ?? [], middle: lane * 1.5, fill: colour('--hj-agent') });
  }
  const count = Math.max(1, Math.floor(width / (barWidth + gap)));
  for (const { points, middle, fill } of lanes) {
    context.fillStyle = fill;
    bars(points, count).forEach((value, index) => {
      const x = index * (barWidth + gap);
      const tall = Math.max(1, value * (lane - 8));
      context.globalAlpha = x <= head ? 1 : 0.38;
      context.fillRect(x, middle - tall / 2, barWidth, tall);
    });
  }
  context.globalAlpha = 1;
  context.fillStyle = colour('--hj-text');
  context.fillRect(Math.min(width - 1, head), 0, 1, height);
}
