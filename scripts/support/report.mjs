// How set-up speaks: a line when a step begins, a line when it ends, a sentence and a hint when something cannot be had.

/** Something the set-up cannot go on without: a sentence, and what to do. */
export class SetupError extends Error {
  constructor(sentence, hint) {
    super(sentence);
    this.hint = hint;
  }
}

export const say = line => console.log(`set-up: ${line}`);

/** Says what cannot be had and what to do about it. */
export function sayMissing({ message, hint }) {
  say(message);
  say(`  ${hint}`);
}

/** Seconds since a moment of `performance.now()`, as text. */
export function since(start) {
  const seconds = (performance.now() - start) / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}

/** Runs one step between its two lines. */
export async function timed(what, body) {
  say(`${what} …`);
  const start = performance.now();
  const result = await body();
  say(`${what}: done in ${since(start)}`);
  return result;
}
