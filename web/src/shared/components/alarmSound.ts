const remembered = 'hujiao.alarm-sound';

/** Whether alarms are heard at this browser; with `set`, from now on. */
export function alarmsSound(set?: boolean): boolean {
  if (set !== undefined) localStorage.setItem(remembered, set ? 'on' : 'off');
  return localStorage.getItem(remembered) !== 'off';
}
