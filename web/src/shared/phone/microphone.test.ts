import { afterEach, expect, it, vi } from 'vitest';
import { Microphone, type MicrophoneState } from './microphone';

class Track extends EventTarget {
  constructor(readonly label: string) {
    super();
  }
  stop = vi.fn();
}

/** A computer with these microphones; the first is the system's own. */
function computer(...there: string[]) {
  const opened: Track[] = [];
  const getUserMedia = ({ audio }: { audio: { deviceId?: { exact: string } } }) => {
    const name = audio.deviceId ? there.find((one) => one === audio.deviceId?.exact) : there[0];
    if (!name) return Promise.reject(new DOMException('', 'NotFoundError'));
    const track = new Track(name);
    opened.push(track);
    return Promise.resolve({ getAudioTracks: () => [track], getTracks: () => [track] });
  };
  const mediaDevices = Object.assign(new EventTarget(), { getUserMedia });
  vi.stubGlobal('navigator', { mediaDevices });
  return {
    opened,
    unplug: (name: string) => {
      there.splice(there.indexOf(name), 1);
      opened.at(-1)?.dispatchEvent(new Event('ended'));
      mediaDevices.dispatchEvent(new Event('devicechange'));
    },
    plugIn: (name: string) => {
      there.unshift(name);
      mediaDevices.dispatchEvent(new Event('devicechange'));
    },
  };
}

afterEach(() => vi.unstubAllGlobals());

it('takes another one, says so, and takes the wanted one again', async () => {
  const told: MicrophoneState[] = [];
  const pc = computer('built-in', 'usb');
  const microphone = new Microphone(
    () => 'usb',
    (state) => told.push(state),
  );
  await microphone.open();
  pc.unplug('usb');
  await vi.waitFor(() => expect(told.at(-1)).toEqual({ is: 'other', name: 'built-in' }));
  pc.unplug('built-in');
  await vi.waitFor(() => expect(told.at(-1)).toEqual({ is: 'none', name: '' }));
  pc.plugIn('usb');
  await vi.waitFor(() => expect(told.at(-1)).toEqual({ is: 'wanted', name: 'usb' }));
  microphone.close();
  await vi.waitFor(() => pc.opened.forEach((track) => expect(track.stop).toHaveBeenCalled()));
  const before = told.length;
  pc.plugIn('another');
  await new Promise((next) => setTimeout(next));
  expect(told).toHaveLength(before);
});
