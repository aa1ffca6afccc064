import { openMicrophone } from './devices';
import { LevelMeter } from './meter';

export type Verdict = 'waiting' | 'running' | 'good' | 'bad';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Opens the signalling socket once; it is the same way that the registration will take. */
export async function checkConnection(path = '/sip', timeoutMilliseconds = 8000): Promise<boolean> {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return new Promise((resolve) => {
    const socket = new WebSocket(`${scheme}://${location.host}${path}`, 'sip');
    const settle = (good: boolean) => {
      clearTimeout(timer);
      resolve(good);
      socket.close();
    };
    const timer = setTimeout(() => settle(false), timeoutMilliseconds);
    socket.onopen = () => settle(true);
    socket.onerror = () => settle(false);
    socket.onclose = () => settle(false);
  });
}

/**
 * Sends the microphone through two peer connections of this page and plays it back a moment later:
 * what is heard went through the same encoder, transport and decoder as a call.
 */
export async function checkAudioLoop(
  context: AudioContext,
  deviceId: string,
  onLevel: (level: number) => void,
  seconds = 4,
): Promise<boolean> {
  const stream = await openMicrophone(deviceId);
  const near = new RTCPeerConnection();
  const far = new RTCPeerConnection();
  const sink = new Audio();
  const cleanUp: (() => void)[] = [];
  try {
    near.onicecandidate = ({ candidate }) =>
      void far.addIceCandidate(candidate ?? undefined).catch(() => undefined);
    far.onicecandidate = ({ candidate }) =>
      void near.addIceCandidate(candidate ?? undefined).catch(() => undefined);
    const arrived = new Promise<MediaStream>((resolve) => {
      far.ontrack = (event) => resolve(event.streams[0] ?? new MediaStream([event.track]));
    });
    stream.getTracks().forEach((track) => near.addTrack(track, stream));
    await near.setLocalDescription();
    if (near.localDescription) await far.setRemoteDescription(near.localDescription);
    await far.setLocalDescription();
    if (far.localDescription) await near.setRemoteDescription(far.localDescription);
    const returned = await arrived;
    await context.resume();
    // Chrome feeds a remote stream to WebAudio only while some element plays it.
    sink.srcObject = returned;
    sink.muted = true;
    void sink.play().catch(() => undefined);
    const echo = context.createMediaStreamSource(returned);
    const delay = new DelayNode(context, { maxDelayTime: 2, delayTime: 1 });
    echo.connect(delay).connect(context.destination);
    const meter = new LevelMeter(context, returned);
    cleanUp.push(() => {
      echo.disconnect();
      delay.disconnect();
      meter.close();
    });
    let loudest = 0;
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(80)) {
      const level = meter.read();
      loudest = Math.max(loudest, level);
      onLevel(level);
    }
    return loudest > 0.15;
  } finally {
    cleanUp.forEach((step) => step());
    near.close();
    far.close();
    sink.srcObject = null;
    stream.getTracks().forEach((track) => track.stop());
  }
}
