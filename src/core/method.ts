// The options of an attribution and the rules for when to stop computing it.

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

/**
 * When to stop computing attribution. `auto`: until the error is reached, on to exact if that is near, pausing
 * before a long wait. `samples` is rounded up to 2–8, a multiple of 8, or the width.
 */
export type StopRule =
  | { readonly rule: 'auto'; readonly error: number }
  | { readonly rule: 'error'; readonly error: number }
  | { readonly rule: 'samples'; readonly samples: number }
  | { readonly rule: 'exact' };

/** Why a job ended without an error. */
export type StopReason = 'exact' | 'error' | 'samples' | 'paused';
