/**
 * Graphemes as `Intl.Segmenter` finds them. The build puts this class in its place, for the layout's packages segment
 * every line of every frame: text whose characters all stand alone is split without it, and its tables, 8 ms to load,
 * wait for the first text that needs them.
 */

/**
 * Characters that join neither the one before nor the one after, between their like: controls but CR, Latin, Greek,
 * Cyrillic without its marks, punctuation, arrows to Braille, and the ideographs and kana without theirs.
 */
const alone =
  /^[\0-\f\x0e-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u2bff\u3000-\u3029\u3041-\u3096\u309b-\u9fff]*$/;

const {Segmenter} = Intl;

export class FastSegmenter {
  readonly #options: ConstructorParameters<typeof Segmenter>;
  #exact: Intl.Segmenter | undefined;

  constructor(...options: ConstructorParameters<typeof Segmenter>) {
    this.#options = options;
  }

  /** `index` counts UTF-16 units. */
  segment(input: string): Pick<Intl.Segments, 'containing' | typeof Symbol.iterator> {
    const wantsGraphemes = (this.#options[1]?.granularity ?? 'grapheme') === 'grapheme';
    if (wantsGraphemes && alone.test(input)) return toUnits(input);
    this.#exact ??= new Segmenter(...this.#options);
    return this.#exact.segment(input);
  }
}

/** Every unit of the input as a segment, made when it is asked for. */
function toUnits(input: string): ReturnType<FastSegmenter['segment']> {
  const unitAt = (index: number): Intl.SegmentData => ({segment: input.charAt(index), index, input});
  return {
    containing(codeUnitIndex = 0) {
      const index = Math.trunc(codeUnitIndex) || 0;
      // As the platform's own says it, whatever its type claims.
      return (index >= 0 && index < input.length ? unitAt(index) : undefined) as Intl.SegmentData;
    },
    *[Symbol.iterator]() {
      for (let index = 0; index < input.length; index += 1) yield unitAt(index);
      return undefined;
    },
  };
}
