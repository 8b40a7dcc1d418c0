// The JSON document of a story: what was asked, of which model, how it was computed. Keys as in the file.

export interface Piece {
  /** The piece as in the vocabulary, with its ## where it continues a word. */
  readonly text: string;
  readonly id: number;
  /** Code points of `text` (segment 0) or `pair` (1); null for the [CLS] and [SEP] that the tokenizer adds. */
  readonly start: number | null;
  readonly end: number | null;
  readonly segment: 0 | 1;
  readonly special: boolean;
  /** Index of BERT's pre-token or of the given word, counted on through the pair; null for special pieces. */
  readonly word: number | null;
}

/** How much of an input that was too long was kept; ends are code points. */
export interface Truncation {
  /** Pieces left out. */
  readonly pieces: number;
  readonly text_end: number;
  readonly pair_end: number | null;
}

export interface ModelInfo {
  /** A name, never a path. */
  readonly id: string;
  readonly sha256: string;
  readonly architecture: string;
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
}

export const NORMS = ['frobenius', 'sum', 'input'] as const;
export const TARGETS = ['head', 'projected'] as const;
export const PATHS = ['all', 'values'] as const;

export interface MethodOptions {
  readonly norm: (typeof NORMS)[number];
  readonly target: (typeof TARGETS)[number];
  /** 'input', 'embedding', 'local' or 'layer:K'. */
  readonly source: string;
  readonly paths: (typeof PATHS)[number];
}

export const DEFAULT_METHOD: MethodOptions = {
  norm: 'frobenius',
  target: 'head',
  source: 'input',
  paths: 'all'
};

export interface MethodInfo extends MethodOptions {
  readonly mode: 'sampled' | 'exact' | 'hybrid';
  /** Random directions per source token; 0 while only attention is there, the width when exact. */
  readonly samples: number;
  readonly exact_directions: number;
  readonly seed: number;
  readonly precision: 'float32' | 'bfloat16';
  readonly ablate: readonly (readonly [layer: number, head: number])[];
}

export interface EngineInfo {
  readonly name: string;
  readonly version: string;
  readonly threads: number;
}

export interface StoryDocument {
  readonly version: 1;
  readonly text: string;
  readonly pair: string | null;
  readonly pieces: readonly Piece[];
  readonly truncated: Truncation | null;
  readonly model: ModelInfo;
  readonly method: MethodInfo;
  readonly engine: EngineInfo;
  /** Seconds per stage: tokenize, attention, attribution. */
  readonly timing: Readonly<Record<string, number>>;
  readonly made: { readonly version: string; readonly date: string };
  /** What a reduction did to the arrays and how far that moves a value; absent when nothing was done. */
  readonly reduced?: {
    readonly form: '16 bit' | '8 bit' | 'heads';
    /** Largest change of a cell, as a share of its row's largest. */
    readonly cell_error: number;
  };
}
