import { phone } from './hooks';

const attach = (element: HTMLAudioElement | null) => phone.attach(element);

/** Plays the far side of the browser's telephone. */
export function RemoteAudio() {
  return <audio ref={attach} autoPlay data-testid="remote-audio" />;
}
