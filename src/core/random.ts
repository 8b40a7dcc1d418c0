// Seeded randomness: the same seed and the same words give the same numbers on every machine.

/** A stream of uniform numbers in [0, 1). */
export type Uniform = () => number;

/** Four 32-bit words that depend on every bit of `words` (a multiply–rotate hash run from four starting points). */
function digest(words: readonly number[]): [number, number, number, number] {
  const state: [number, number, number, number] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x85ebca6b];
  for (const word of words) {
    for (let lane = 0; lane < 4; lane++) {
      let mixed = Math.imul((state[lane] as number) ^ word, 0xcc9e2d51 + 2 * lane);
      mixed = (mixed << 15) | (mixed >>> 17);
      state[lane] = Math.imul(mixed, 0x1b873593) ^ (state[(lane + 1) % 4] as number);
    }
  }
  return state.map(lane => {
    let mixed = lane ^ words.length;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }) as [number, number, number, number];
}

/** The generator sfc32 (Doty-Humphrey), seeded by any list of 32-bit integers. */
export function uniformFrom(words: readonly number[]): Uniform {
  let [a, b, c, counter] = digest(words);
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first outputs still show the seed.
  for (let i = 0; i < 16; i++) {
    next();
  }
  return next;
}

/** Fills `into` with independent standard normal numbers (Box and Muller). */
export function fillNormal(uniform: Uniform, into: Float64Array): void {
  for (let i = 0; i < into.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    into[i] = radius * Math.cos(angle);
    if (i + 1 < into.length) {
      into[i + 1] = radius * Math.sin(angle);
    }
  }
}
