// The names of measures and switches (METHOD: what acts on distributions, after the fact).

export const MEASURES = [
  'pearson',
  'spearman',
  'kendall',
  'cosine',
  'top1',
  'topk',
  'jensen_shannon',
  'kullback_leibler',
  'total_variation'
] as const;
export type MeasureName = (typeof MEASURES)[number];

/** Local: what a head attends to in its own layer. Global: what its output depends on in the text. */
export const SIDES = ['attention', 'attribution'] as const;
export type Side = (typeof SIDES)[number];

/** What can be read off one distribution over sources (METHOD, patterns). */
export const PATTERNS = [
  'own',
  'previous',
  'next',
  'cls',
  'sep',
  'others_to_sep',
  'punctuation',
  'stops',
  'same_segment',
  'other_segment',
  'distance',
  'entropy',
  'entropy_share',
  'back_2',
  'back_3',
  'back_4',
  'back_5',
  'ahead_2',
  'ahead_3',
  'ahead_4',
  'ahead_5'
] as const;
export type PatternName = (typeof PATTERNS)[number];

type RowQuantity = MeasureName | `${Side}.${PatternName}`;

/**
 * Whatever a head has one number of, the mean over its queries of: a measure, a pattern of attention or attribution, the
 * relative error of its attribution; or the standard deviation over queries of one of the first two (`spread.pearson`).
 */
export type QuantityName = RowQuantity | 'error' | `spread.${RowQuantity}`;

export const SPECIAL = ['keep', 'no_sources', 'drop'] as const;
export const OWN = ['keep', 'drop'] as const;
export const UNITS = ['pieces', 'words'] as const;

/** Applied in this order: merge into words → drop → renormalise → measure. */
export interface Switches {
  /** Special pieces: kept, dropped as sources, or dropped as sources and queries. */
  readonly special: (typeof SPECIAL)[number];
  /** The query's own token as source. */
  readonly own: (typeof OWN)[number];
  readonly units: (typeof UNITS)[number];
}

export const DEFAULT_SWITCHES: Switches = { special: 'keep', own: 'keep', units: 'pieces' };

export interface MeasureRequest extends Switches {
  readonly measure: QuantityName;
}

/** One measure under one setting of the switches, for all heads. */
export interface MeasureResult {
  readonly request: MeasureRequest;
  /** [layer, head, 3]: mean over queries (of a spread: standard deviation), its jackknife SE (0 when exact, NaN when unknown), count of missing rows. */
  readonly heads: Float32Array;
  /** [layer, 3]: mean over heads, standard deviation over heads, jackknife SE of the mean (0 exact, NaN unknown). */
  readonly curve: Float32Array;
}
