/** Durations as m:ss, from an hour on as h:mm:ss. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${String(minutes)}:${two(whole % 60)}`;
  return `${String(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(whole % 60)}`;
}

export function elapsedSeconds(since: string | null | undefined, now: number): number {
  if (!since) return 0;
  return Math.max(0, (now - Date.parse(since)) / 1000);
}

/** A ratio (0…1) as a percentage with one decimal. */
export function percentage(ratio: number | null | undefined): string {
  if (ratio === null || ratio === undefined || !Number.isFinite(ratio)) return '–';
  return `${(ratio * 100).toFixed(1)}%`;
}

export function ratio(numerator: number, denominator: number): number | null {
  return denominator > 0 ? numerator / denominator : null;
}

/** Phone numbers grouped for the eye: Chinese mobiles 3-4-4, others in fours from the end. */
export function phoneNumber(value: string | null | undefined): string {
  if (!value) return '–';
  const mobile = /^(\+86)?(1[3-9]\d)(\d{4})(\d{4})$/.exec(value);
  if (mobile) return [mobile[1], mobile[2], mobile[3], mobile[4]].filter(Boolean).join(' ');
  if (!/^\+?\d{7,}$/.test(value)) return value;
  const plus = value.startsWith('+') ? '+' : '';
  const digits = value.slice(plus.length);
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 4) groups.unshift(digits.slice(Math.max(0, end - 4), end));
  if ((groups[0]?.length ?? 0) === 1 && groups.length > 1) {
    const first = groups.shift() ?? '';
    groups[0] = first + (groups[0] ?? '');
  }
  return plus + groups.join(' ');
}

export function fileSize(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '–';
  if (bytes < 1024) return `${String(bytes)} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
