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
  readonly measure: MeasureName;
}

/** One measure under one setting of the switches, for all heads. */
export interface MeasureResult {
  readonly request: MeasureRequest;
  /** [layer, head, 3]: mean over queries, its jackknife SE (0 when exact, NaN when unknown), count of missing rows. */
  readonly heads: Float32Array;
  /** [layer, 3]: mean over heads, standard deviation over heads, jackknife SE of the mean (0 exact, NaN unknown). */
  readonly curve: Float32Array;
}
