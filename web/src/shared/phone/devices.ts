export interface DeviceChoice {
  microphone: string;
  speaker: string;
  ringer: string;
}

const remembered = 'hujiao.devices';
const systemDefault: DeviceChoice = { microphone: '', speaker: '', ringer: '' };

export function loadChoice(): DeviceChoice {
  try {
    return {
      ...systemDefault,
      ...(JSON.parse(localStorage.getItem(remembered) ?? '{}') as Partial<DeviceChoice>),
    };
  } catch {
    return systemDefault;
  }
}

export function saveChoice(choice: DeviceChoice): void {
  localStorage.setItem(remembered, JSON.stringify(choice));
}

export interface Devices {
  inputs: MediaDeviceInfo[];
  outputs: MediaDeviceInfo[];
}

export async function listDevices(): Promise<Devices> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const named = devices.filter((device) => device.deviceId !== '');
  return {
    inputs: named.filter((device) => device.kind === 'audioinput'),
    outputs: named.filter((device) => device.kind === 'audiooutput'),
  };
}

/** The chosen microphone; when it has been unplugged, whatever the system offers. */
export async function openMicrophone(deviceId: string): Promise<MediaStream> {
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  if (deviceId) {
    try {
      return await navigator.mediaDevices.getUserMedia({
        audio: { ...audio, deviceId: { exact: deviceId } },
      });
    } catch (problem) {
      if (!(problem instanceof DOMException) || problem.name === 'NotAllowedError') throw problem;
    }
  }
  return navigator.mediaDevices.getUserMedia({ audio });
}

/** Microphones exist only in secure contexts: https, or http on this very machine. */
export function microphonePossible(): boolean {
  const devices = (navigator as Partial<Navigator>).mediaDevices as Partial<MediaDevices> | undefined;
  return window.isSecureContext && typeof devices?.getUserMedia === 'function';
}

type SinkTarget = { setSinkId?: (id: string) => Promise<void> };

export async function routeTo(target: HTMLMediaElement | AudioContext, deviceId: string): Promise<void> {
  try {
    await (target as SinkTarget).setSinkId?.(deviceId);
  } catch {
    // The device is gone: sound stays on the system's own.
  }
}
