/** A soft two-tone ring made on the spot: nothing to download, nothing to license. */
export class Ringtone {
  private stopCurrent: (() => void) | null = null;

  start(context: AudioContext): void {
    if (this.stopCurrent) return;
    const gain = context.createGain();
    gain.gain.value = 0;
    gain.connect(context.destination);
    const low = new OscillatorNode(context, { frequency: 440 });
    const high = new OscillatorNode(context, { frequency: 554 });
    low.connect(gain);
    high.connect(gain);
    low.start();
    high.start();
    const burst = () => {
      const now = context.currentTime;
      for (const offset of [0, 0.45]) {
        gain.gain.setTargetAtTime(0.12, now + offset, 0.03);
        gain.gain.setTargetAtTime(0, now + offset + 0.3, 0.05);
      }
    };
    burst();
    const timer = setInterval(burst, 2500);
    this.stopCurrent = () => {
      clearInterval(timer);
      gain.gain.cancelScheduledValues(context.currentTime);
      gain.disconnect();
      low.stop();
      high.stop();
    };
  }

  stop(): void {
    this.stopCurrent?.();
    this.stopCurrent = null;
  }
}
