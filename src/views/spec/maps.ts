// The three maps of a head, or of the mean of a group of heads, and the scales they share.

import { meanMap } from '../../analysis/aggregate';
import type { Switches } from '../../analysis/options';
import { headMatrices, type HeadMatrices } from '../../analysis/switches';
import type { Piece } from '../../core/piece';
import type { HeadMaps } from '../../story/data';
import { mapTop } from './scales';

export interface Domain {
  /** Value at the strong end of the ramp. */
  readonly top: number;
  /** Some value lies beyond it, in a special column: the key says ≥. */
  readonly beyond: boolean;
}

/** Attention and attribution as in `HeadMatrices`, [kept query, kept source], of one head or the mean of several. */
export interface Maps extends HeadMatrices {
  /** attribution − attention; null while there is no attribution. */
  readonly difference: Float32Array | null;
  /** Of attention and attribution together. */
  readonly domain: Domain;
  readonly differenceDomain: Domain;
}

/** @param heads at least one; attribution is there only if all of them have norms */
export function mapsOf(heads: readonly HeadMaps[], pieces: readonly Piece[], switches: Switches): Maps {
  const n = pieces.length;
  const norms = heads.flatMap(head => (head.norms ? [head.norms] : []));
  const matrices = headMatrices(
    oneMap(
      heads.map(head => head.attention),
      n
    ),
    norms.length === heads.length ? oneMap(norms, n) : null,
    pieces,
    switches
  );
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
