// Numbers as they are written on the screen and in files.

/** U+202F, narrow and never a place to break a line. */
export const THIN = '\u202f';
export const MINUS = '\u2212';
export const MISSING = '–';

/** A share as `52 %`, below 10 % `4.1 %`, below 0.1 % `<0.1 %`; missing `–`. */
export function percent(share: number): string {
  if (Number.isNaN(share)) {
    return MISSING;
  }
  if (share <= 0) {
    return `0${THIN}%`;
  }
  return share < 0.0005 ? `<0.1${THIN}%` : `${hundredths(share)}${THIN}%`;
}

/** The number of `percent` without its unit, whole: for the strip's smaller bars. */
export function wholePercent(share: number): string {
  return Number.isNaN(share) ? MISSING : String(Math.round(share * 100));
}

/** A signed difference of shares in percentage points: `+7.7 pts`, `−15 pts`, `0 pts`. */
export function points(difference: number): string {
  if (Number.isNaN(difference)) {
    return MISSING;
  }
  const size = Math.abs(difference);
  if (size < 0.0005) {
    return `0${THIN}pts`;
  }
  return `${difference < 0 ? MINUS : '+'}${hundredths(size)}${THIN}pts`;
}

/** A measure with two decimals. */
export function measureNumber(value: number): string {
  if (Number.isNaN(value)) {
    return MISSING;
  }
  const text = Math.abs(value).toFixed(2);
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text;
}

/** A number at an axis: `0`, `.25`, `1`, `−.5`, without trailing zeros. */
export function axisNumber(value: number): string {
  const text = String(Number(Math.abs(value).toFixed(3))).replace(/^0\./, '.');
  return value < 0 && text !== '0' ? `${MINUS}${text}` : text;
}

/** The end of a key in whole percent or points: `30`. */
export function keyNumber(share: number): string {
  return String(Number((share * 100).toFixed(1)));
}

/** A raw fraction for tables in files: six digits, empty when missing. */
export function rawNumber(value: number): string {
  return Number.isNaN(value) ? '' : String(Number(value.toPrecision(6)));
}

/** A relative error as `±7 %`, `±3.5 %`. */
export function plusMinus(share: number): string {
  const hundred = share * 100;
  const digits = hundred >= 4.95 ? 0 : 1;
  return `±${Number(hundred.toFixed(digits))}${THIN}%`;
}

/** Seconds as people say them: `0.8 s`, `12 s`, `3 min`, `2 h`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) {
    return `${Number(seconds.toFixed(1))}${THIN}s`;
  }
  if (seconds < 99.5) {
    return `${Math.round(seconds)}${THIN}s`;
  }
  return seconds < 5400
    ? `${Math.round(seconds / 60)}${THIN}min`
    : `${Number((seconds / 3600).toFixed(1))}${THIN}h`;
}

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉';

/** A whole number in subscript digits. */
export function subscript(index: number): string {
  return [...String(index)].map(digit => SUBSCRIPTS[Number(digit)] ?? digit).join('');
}

/** Cut to a width with `…`; at least two code points stay. */
export function ellipsis(text: string, fits: (text: string) => boolean): string {
  if (fits(text)) {
    return text;
  }
  const points = [...text];
  for (let kept = points.length - 1; kept > 2; kept--) {
    const shorter = `${points.slice(0, kept).join('')}…`;
    if (fits(shorter)) {
      return shorter;
    }
  }
  return points.length > 2 ? `${points.slice(0, 2).join('')}…` : text;
}

function hundredths(share: number): string {
  return share >= 0.0995 ? String(Math.round(share * 100)) : (share * 100).toFixed(1);
}
