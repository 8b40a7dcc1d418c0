// The golden arrays of test/oracle as the tests read them: a reader of its own, so that the product's is not tested by itself.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Piece } from '../src/core/piece';

export interface GoldenArrays {
  readonly name: string;
  readonly arrays: readonly string[];
  /** Row-major; names and axes are in test/oracle/README.md. */
  array(name: string): Float64Array;
}

export interface Golden extends GoldenArrays {
  readonly text: string;
  readonly pair: string | null;
  readonly pieces: readonly Piece[];
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
}

interface GoldenCase {
  readonly text: string;
  readonly pair: string | null;
  readonly ids: readonly number[];
  readonly segments: readonly (0 | 1)[];
  readonly tokens: readonly string[];
  readonly spans: readonly (readonly [number, number])[];
  readonly arrays: Readonly<Record<string, readonly number[]>>;
}

type TensorHeader = Readonly<
  Record<
    string,
    { readonly dtype: string; readonly shape: number[]; readonly data_offsets: [number, number] }
  >
>;

const FOLDER = join(__dirname, 'oracle');

/** @param path such as 'golden-minilm/keys' */
export function readGolden(path: string): Golden {
  const described = JSON.parse(readFileSync(join(FOLDER, `${path}.json`), 'utf8')) as GoldenCase;
  const [layers = 0, heads = 0] = described.arrays['attention'] ?? [];
  return {
    ...readArrays(path),
    text: described.text,
    pair: described.pair,
    pieces: piecesOf(described),
    layers,
    heads,
    width: described.arrays['hidden']?.[2] ?? 0
  };
}

/** The arrays alone, of a file without a description such as those of golden-switches. */
export function readArrays(path: string): GoldenArrays {
  const bytes = readFileSync(join(FOLDER, `${path}.safetensors`));
  const headerLength = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as TensorHeader;
  return {
    name: path,
    arrays: Object.keys(header),
    array: name => {
      const entry = header[name];
      if (entry === undefined) {
        throw new RangeError(`${path} has no array ${name}`);
      }
      const [start, end] = entry.data_offsets;
      const copy = Uint8Array.from(bytes.subarray(8 + headerLength + start, 8 + headerLength + end));
      return entry.dtype === 'F64'
        ? new Float64Array(copy.buffer)
        : Float64Array.from(new Float32Array(copy.buffer));
    }
  };
}

/** [UNK] is marked special in the golden files but is not in the product. */
function piecesOf(described: GoldenCase): Piece[] {
  let word = -1;
  return described.tokens.map((text, index) => {
    const special = text === '[CLS]' || text === '[SEP]';
    word += special || text.startsWith('##') ? 0 : 1;
    const [start = 0, end = 0] = described.spans[index] ?? [];
    return {
      text,
      id: described.ids[index] ?? 0,
      start: special ? null : start,
      end: special ? null : end,
      segment: described.segments[index] ?? 0,
      special,
      word: special ? null : word
    };
  });
}
