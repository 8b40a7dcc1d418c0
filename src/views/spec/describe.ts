// The sentences that are read to those who do not see the figures.

import { percent, points } from './format';
import { quantityNumber } from './quantity';
import { EMPTY_SENTENCE } from './lede';
import { headName } from './names';
import { placeholders } from './status';
import type { Shown } from './shown';

export function describeHeads(shown: Shown): string {
  const { overview } = shown;
  if (overview === null) {
    return `${shown.layers} layers by ${shown.heads} heads: ${placeholders(shown).overview ?? ''}.`;
  }
  const value = ([layer, head]: readonly [number, number]) =>
    quantityNumber(overview.measure, overview.values[layer * overview.heads + head] ?? NaN);
  const defined = overview.ranked.filter(
    ([layer, head]) => !Number.isNaN(overview.values[layer * overview.heads + head])
  );
  const listed = defined.slice(0, 3).map(head => `${headName(head)} (${value(head)})`);
  const least = defined.at(-1);
  const start = `${overview.layers} layers by ${overview.heads} heads, ${overview.measure.label}.`;
  if (least === undefined) {
    return `${start} No head has a value.`;
  }
  const most = overview.measure.sense === 'amount' ? 'Most' : 'Most mismatch';
  return `${start} ${most}: head ${listed.join(', ')}. Least: head ${headName(least)} (${value(least)}).`;
}

export function describeCurve(shown: Shown): string {
  const { overview } = shown;
  if (overview === null) {
    return `By layer: ${placeholders(shown).overview ?? ''}.`;
  }
  const { mean, deviation, half, measure, layers } = overview;
  const agreement = measure.sense === 'agreement';
  let extreme = 0;
  mean.forEach((value, layer) => {
    const best = mean[extreme] ?? NaN;
    if (Number.isNaN(best) || (agreement ? value < best : value > best)) {
      extreme = layer;
    }
  });
  if (mean.every(Number.isNaN)) {
    return `${measure.label} by layer: no layer has a value.`;
  }
  const number = (value: number | undefined) => quantityNumber(measure, value ?? NaN);
  const largest = half.reduce((most, value) => Math.max(most, value), 0);
  const estimate = largest > 0 ? ` Estimate, 95 % error ±${number(largest)}.` : '';
  return (
    `${measure.label} by layer, mean over heads: layer 0 ${number(mean[0])}, … layer ${layers - 1} ${number(mean[layers - 1])}. ` +
    `${agreement ? 'Lowest' : 'Highest'} in layer ${extreme} (${number(mean[extreme])}, sd ${number(deviation[extreme])}).${estimate}`
  );
}

export function describeMap(shown: Shown, which: 'attention' | 'attribution' | 'difference'): string {
  const { maps, names, group, queries, sources } = shown;
  const title = `${which[0]?.toUpperCase() ?? ''}${which.slice(1)} of ${group.length > 1 ? `the ${shown.state.group} of heads` : 'head'} ${group.map(headName).join(', ')}`;
  const values = maps?.[which] ?? null;
  if (shown.empty) {
    return EMPTY_SENTENCE;
  }
  if (maps === null || values === null) {
    return `${title}: ${placeholders(shown).maps ?? ''}.`;
  }
  const name = (item: number | undefined) => names[item ?? -1]?.full ?? '';
  const cell = (index: number) => ({
    query: name(queries[Math.floor(index / sources.length)]),
    source: name(sources[index % sources.length]),
    value: values[index] ?? NaN
  });
  const highest = cell(extremeCell(values, 1));
  if (which === 'difference') {
    const lowest = cell(extremeCell(values, -1));
    return (
      `Depends most beyond attending: ${highest.query} on ${highest.source}, ${points(highest.value)}. ` +
      `Attends most beyond depending: ${lowest.query} to ${lowest.source}, ${points(lowest.value)}.`
    );
  }
  const special = specialShare(shown, values);
  return (
    `${title}, ${queries.length} by ${sources.length}. ` +
    `Largest: ${highest.query} to ${highest.source}, ${percent(highest.value)}. ${percent(special)} on special tokens.`
  );
}

export function describeTriptych(shown: Shown): string {
  return shown.empty
    ? EMPTY_SENTENCE
    : (['attention', 'attribution', 'difference'] as const).map(which => describeMap(shown, which)).join(' ');
}

/** @param query, source indexes of items */
export function describeCell(shown: Shown, query: number, source: number): string {
  const { maps, names, queries, sources } = shown;
  const row = queries.indexOf(query);
  const column = sources.indexOf(source);
  const cell = row < 0 || column < 0 ? -1 : row * sources.length + column;
  const value = (values: Float32Array | null | undefined) => values?.[cell] ?? NaN;
  return (
    `${names[query]?.full ?? ''} to ${names[source]?.full ?? ''}: attention ${percent(value(maps?.attention))}, ` +
    `attribution ${percent(value(maps?.attribution))}, difference ${points(value(maps?.difference))}.`
  );
}

/** `Head 4.7, Pearson r 0.28, rank 12 of 72 by mismatch` */
export function describeHead(shown: Shown, layer: number, head: number): string {
  const { overview } = shown;
  const index = layer * shown.heads + head;
  return overview
    ? `Head ${layer}.${head}, ${overview.measure.label} ${quantityNumber(overview.measure, overview.values[index] ?? NaN)}, ` +
        `rank ${overview.ranks[index] ?? 0} of ${overview.values.length}` +
        (overview.measure.sense === 'amount' ? '' : ' by mismatch')
    : `Head ${layer}.${head}`;
}

export function describeStrip(shown: Shown): string {
  const { reading, names, sources } = shown;
  if (shown.empty) {
    return EMPTY_SENTENCE;
  }
  if (reading === null) {
    return 'The rows of this head are not here yet.';
  }
  const three = (order: readonly number[], shares: Float64Array | null) =>
    order
      .slice(0, 3)
      .map(column => `${names[sources[column] ?? -1]?.full ?? ''} ${percent(shares?.[column] ?? NaN)}`)
      .join(', ');
  const query = reading.queries.map(item => names[item]?.full ?? '').join(', ');
  const depends = reading.attribution
    ? `; depends on ${three(reading.attributionOrder, reading.attribution)}`
    : '';
  return `Query ${query}: attends to ${three(reading.attentionOrder, reading.attention)}${depends}.`;
}

/** Index of the largest (sign 1) or smallest (sign −1) value that is there. */
function extremeCell(values: Float32Array, sign: 1 | -1): number {
  let best = -1;
  let extreme = -Infinity;
  values.forEach((value, index) => {
    if (sign * value > extreme) {
      extreme = sign * value;
      best = index;
    }
  });
  return best;
}

/** Mean share of a row that lies on special sources. */
function specialShare(shown: Shown, values: Float32Array): number {
  const { items, sources } = shown;
  let sum = 0;
  let rows = 0;
  for (let start = 0; start < values.length; start += sources.length) {
    let row = 0;
    let all = 0;
    sources.forEach((source, column) => {
      const value = values[start + column] ?? NaN;
      row += items[source]?.special && !Number.isNaN(value) ? value : 0;
      all += Number.isNaN(value) ? 0 : value;
    });
    sum += all > 0 ? row : 0;
    rows += all > 0 ? 1 : 0;
  }
  return rows > 0 ? sum / rows : NaN;
}
