import { useSyncExternalStore } from 'react';
import { hid, isHeadset, telephonyPage } from './hid';

/** Whether a headset was connected in this browser, which it then is again by itself. */
const remembered = 'hujiao.headset';
const listeners = new Set<() => void>();
let names: readonly string[] = [];
let chosen = 1;

const tell = () => listeners.forEach((listener) => listener());
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

const wanted = () => (hid() !== null && localStorage.getItem(remembered) === 'on' ? chosen : 0);

/** 0: none; another number after each choice. */
export const useHeadsetWanted = (): number => useSyncExternalStore(subscribe, wanted);

/** What is connected now. */
export const useHeadsetNames = (): readonly string[] => useSyncExternalStore(subscribe, () => names);

export function headsetsAre(now: readonly string[]): void {
  if (now.join('\n') === names.join('\n')) return;
  names = now;
  tell();
}

/** Lets the reader choose one: browsers ask for that after a click only. False: none was chosen. */
export async function connectHeadset(): Promise<boolean> {
  const given = (await hid()?.requestDevice({ filters: [{ usagePage: telephonyPage }] })) ?? [];
  if (!given.some(isHeadset)) return false;
  localStorage.setItem(remembered, 'on');
  chosen += 1;
  tell();
  return true;
}

/** It is forgotten here, and its buttons do nothing. */
export async function disconnectHeadset(): Promise<void> {
  localStorage.removeItem(remembered);
  tell();
  for (const device of (await hid()?.getDevices()) ?? []) if (isHeadset(device)) await device.forget?.();
}
