/** Loudness of a stream, 0…1 (root mean square over the last window, scaled for the eye). */
export class LevelMeter {
  private readonly source: MediaStreamAudioSourceNode;
  private readonly analyser: AnalyserNode;
  private readonly samples: Float32Array<ArrayBuffer>;

  constructor(context: AudioContext, stream: MediaStream) {
    this.source = context.createMediaStreamSource(stream);
    this.analyser = context.createAnalyser();
    this.analyser.fftSize = 1024;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.source.connect(this.analyser);
  }

  read(): number {
    this.analyser.getFloatTimeDomainData(this.samples);
    let sum = 0;
    for (const sample of this.samples) sum += sample * sample;
    const rms = Math.sqrt(sum / this.samples.length);
    if (rms < 0.0005) return 0;
    // −60 dB … −10 dB onto the whole bar.
    return Math.min(1, Math.max(0, (20 * Math.log10(rms) + 60) / 50));
  }

  close(): void {
    this.source.disconnect();
  }
}
