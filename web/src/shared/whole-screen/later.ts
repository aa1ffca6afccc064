import { type ComponentType } from 'react';
import { wholeScreenTexts } from '@/shared/i18n';
import { piece } from '@/shared/pieces/piece';

/** A component and what it says, of which nothing comes, not in the background either, before it is first shown. */
export function later<P>(load: () => Promise<{ default: ComponentType<P> }>) {
  let made: ReturnType<typeof piece<ComponentType<P>>> | undefined;
  const both = async () => (await Promise.all([load(), wholeScreenTexts()]))[0];
  return () => (made ??= piece(both));
}

/** Stops what this page shares of the screen, or asks for; nothing while nothing of it has come. */
export const sharing = { stop: (): void => undefined };

/** Whether this browser can share a screen: telephones' and unencrypted pages' cannot. */
export function sharingPossible(): boolean {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  return typeof devices?.getDisplayMedia === 'function';
}
