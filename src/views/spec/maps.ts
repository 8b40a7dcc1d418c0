// The three maps of a head, or of the mean of a group of heads, and the scales they share.

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
  const each = heads.map(head => headMatrices(head.attention, head.norms, pieces, switches));
  const [first] = each;
  if (first === undefined) {
    throw new RangeError('the maps of no heads at all');
  }
  const attention = meanOf(each.map(one => one.attention));
  const estimated = each.flatMap(one => (one.attribution ? [one.attribution] : []));
  const attribution = estimated.length === each.length ? meanOf(estimated) : null;
  const difference = attribution?.map((value, cell) => value - (attention[cell] ?? NaN)) ?? null;
  const special = Array.from(first.sources, source => first.items[source]?.special ?? false);
  return {
    ...first,
    attention,
    attribution,
    difference,
    domain: domainOf(attribution ? [attention, attribution] : [attention], special),
    differenceDomain: domainOf(difference ? [difference] : [], special)
  };
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

function meanOf(maps: readonly Float32Array[]): Float32Array {
  const [first, ...others] = maps;
  if (first === undefined || others.length === 0) {
    return first ?? new Float32Array(0);
  }
  return first.map(
    (value, cell) => others.reduce((sum, map) => sum + (map[cell] ?? NaN), value) / maps.length
  );
}
