// The three maps of a head, or of a group of heads as one, and the scales they share.

import { maximumMap, meanMap } from '../../analysis/aggregate';
import type { Switches } from '../../analysis/options';
import { headMatrices, type HeadMatrices } from '../../analysis/switches';
import type { Piece } from '../../core/piece';
import type { HeadMaps } from '../../story/data';
import { inPair } from './pairs';
import { mapTop } from './scales';
import type { ViewState } from './state';

export interface Domain {
  /** Value at the strong end of the ramp. */
  readonly top: number;
  /** Some value lies beyond it, in a special column: the key says ≥. */
  readonly beyond: boolean;
}

/** Attention and attribution as in `HeadMatrices`, [kept query, kept source], of one head or of several as one. */
export interface Maps extends HeadMatrices {
  /** attribution − attention; null while there is no attribution. */
  readonly difference: Float32Array | null;
  /** Of attention and attribution together. */
  readonly domain: Domain;
  readonly differenceDomain: Domain;
}

/** What of a state decides how maps look. */
export type MapOptions = Pick<ViewState, 'switches' | 'group' | 'pair'>;

/**
 * @param heads at least one; attribution is there only if all of them have norms
 * @param options the pair filter chooses rows and columns and leaves their values as they are
 */
export function mapsOf(heads: readonly HeadMaps[], pieces: readonly Piece[], options: MapOptions): Maps {
  const { switches, group, pair } = options;
  const together = heads.length > 1 && group === 'maximum' ? maximum : mean;
  const matrices = inPair(together(heads, pieces, switches), pair);
  const { attention, attribution, items, sources } = matrices;
  const difference = attribution && minus(attribution, attention);
  const special = Array.from(sources, source => items[source]?.special ?? false);
  return {
    ...matrices,
    difference,
    domain: domainOf(attribution ? [attention, attribution] : [attention], special),
    differenceDomain: domainOf(difference ? [difference] : [], special)
  };
}

/** The switches act on the mean of the distributions as on those of one head. */
function mean(heads: readonly HeadMaps[], pieces: readonly Piece[], switches: Switches): HeadMatrices {
  const norms = heads.flatMap(head => (head.norms ? [head.norms] : []));
  const n = pieces.length;
  const attention = oneMap(
    heads.map(head => head.attention),
    n
  );
  return headMatrices(attention, norms.length === heads.length ? oneMap(norms, n) : null, pieces, switches);
}

/** The switches act on every head; then each cell is the largest of all heads, so that its value is some head's. */
function maximum(heads: readonly HeadMaps[], pieces: readonly Piece[], switches: Switches): HeadMatrices {
  const each = heads.map(({ attention, norms }) => headMatrices(attention, norms, pieces, switches));
  const attributionMaps = each.flatMap(({ attribution }) => (attribution ? [attribution] : []));
  const [first] = each;
  if (first === undefined) {
    throw new RangeError('a group has at least one head');
  }
  return {
    ...first,
    attention: maximumMap(each.map(({ attention }) => attention)),
    attribution: attributionMaps.length === heads.length ? maximumMap(attributionMaps) : null
  };
}

function minus(from: Float32Array, what: Float32Array): Float32Array {
  const difference = new Float32Array(from.length);
  for (let cell = 0; cell < from.length; cell++) {
    difference[cell] = (from[cell] ?? NaN) - (what[cell] ?? NaN);
  }
  return difference;
}

/** Of a group the mean of its distributions; a single head as it is. */
function oneMap(maps: readonly Float32Array[], pieces: number): Float32Array {
  const [first] = maps;
  return maps.length === 1 && first ? first : meanMap(maps, pieces);
}

/** @param special [column]; where every column is special they count all the same */
function domainOf(maps: readonly Float32Array[], special: readonly boolean[]): Domain {
  let ordinary = 0;
  let all = 0;
  for (const values of maps) {
    for (let cell = 0, column = 0; cell < values.length; cell++, column++) {
      column = column === special.length ? 0 : column;
      const size = Math.abs(values[cell] ?? NaN);
      all = size > all ? size : all;
      ordinary = size > ordinary && !special[column] ? size : ordinary;
    }
  }
  const top = mapTop(special.includes(false) ? ordinary : all);
  return { top, beyond: all > top * 1.005 };
}
