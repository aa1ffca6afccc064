/** A sound that can be switched off at this browser; the function says whether it is on, or sets it from now on. */
function soundSwitch(remembered: string): (set?: boolean) => boolean {
  return (set) => {
    if (set !== undefined) localStorage.setItem(remembered, set ? 'on' : 'off');
    return localStorage.getItem(remembered) !== 'off';
  };
}

/** Whether alarms are heard. */
export const alarmsSound = soundSwitch('hujiao.alarm-sound');

/** Whether reminders of next calls are heard. */
export const remindersSound = soundSwitch('hujiao.reminder-sound');
