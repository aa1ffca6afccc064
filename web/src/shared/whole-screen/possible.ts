/** Whether this browser can share a screen: telephones' and unencrypted pages' cannot. */
export function sharingPossible(): boolean {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  return typeof devices?.getDisplayMedia === 'function';
}
