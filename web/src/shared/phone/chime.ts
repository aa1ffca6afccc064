/** `offer`: somebody waits to be answered; `quiet`: there is something new. */
export type Chime = 'offer' | 'quiet';

const notes: Record<Chime, { hertz: number[]; loud: number }> = {
  offer: { hertz: [660, 880, 660], loud: 0.14 },
  quiet: { hertz: [880], loud: 0.05 },
};

const noteSeconds = 0.16;

/** A few soft notes made on the spot: nothing to download, nothing to license. */
export function chime(context: AudioContext, kind: Chime): void {
  const { hertz, loud } = notes[kind];
  hertz.forEach((frequency, place) => {
    const begin = context.currentTime + place * noteSeconds;
    const note = new OscillatorNode(context, { frequency });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setTargetAtTime(loud, begin, 0.02);
    gain.gain.setTargetAtTime(0, begin + noteSeconds * 0.6, 0.05);
    note.connect(gain).connect(context.destination);
    note.start(begin);
    note.stop(begin + noteSeconds * 3);
  });
}
