type Rgb = [number, number, number];

const read = (color: string): Rgb => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) || 0) as Rgb;

/** The relative luminance of WCAG 2, 0 to 1. */
function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const onWhite = (color: Rgb) => 1.05 / (luminance(color) + 0.05);
const enough = 4.5; // WCAG AA
const nearly = 3;

/** The colour (#rrggbb) as a ground and what is written on it: white on a somewhat darker one, or black on a light one. */
export function painted(color: string): { ground: string; ink: '#000' | '#fff' } {
  let ground = read(color);
  if (onWhite(ground) < nearly) return { ground: color, ink: '#000' };
  while (onWhite(ground) < enough) ground = ground.map((part) => Math.floor(part * 0.97)) as Rgb;
  return { ground: `rgb(${ground.join(' ')})`, ink: '#fff' };
}
