// In which precision products are to be computed, and what is said when the machine does otherwise.

import { StoryError } from '../core/errors';
import { FLOAT32_PRODUCT_ERROR } from '../tensor/product-error';

export type Precision = 'float32' | 'bfloat16';

const VARIABLE = 'BERTSTORY_PRECISION';

/** What the user asks for. @throws StoryError bad_config */
export function wantedPrecision(environment: Readonly<Record<string, string | undefined>>): Precision {
  const setting = environment[VARIABLE]?.trim().toLowerCase() ?? '';
  switch (setting) {
    case '':
    case 'float32':
      return 'float32';
    case 'bfloat16':
      return 'bfloat16';
    default:
      throw new StoryError(
        'bad_config',
        `${VARIABLE} is ${JSON.stringify(setting)}; it should be float32 or bfloat16`,
        `change or remove the environment variable ${VARIABLE}`,
        { setting }
      );
  }
}

/** @param error relative error of a product, as `productError` measures it */
export function foundPrecision(error: number): Precision {
  return error > FLOAT32_PRODUCT_ERROR ? 'bfloat16' : 'float32';
}

/** Half a sentence for whoever asked for bfloat16; empty where there is nothing to say. */
export function precisionNote(wanted: Precision, found: Precision, error: number | null): string {
  if (wanted === 'float32') {
    return '';
  }
  const off = error === null ? '' : ` (a product is off by ${error.toExponential(1)})`;
  return found === 'bfloat16'
    ? `; products are computed in bfloat16 as asked${off}`
    : `; bfloat16 was asked for but does not act here${off}, so products stay float32`;
}
