// What every error of the product carries: a stable code, the values seen and allowed, a sentence and a hint.

export const ERROR_CODES = [
  'bad_config',
  'bad_file',
  'bad_frame',
  'bad_request',
  'bad_vocabulary',
  'bad_weights',
  'busy',
  'cancelled',
  'config_weights_mismatch',
  'engine_missing',
  'internal',
  'memory_limit',
  'model_not_found',
  'needs_attribution',
  'text_too_long',
  'unknown_kind',
  'unknown_model',
  'unknown_option',
  'unknown_story',
  'unsupported_model',
  'version_mismatch'
] as const;

/** Stable across releases: programs may branch on it, sentences may change and be translated. */
export type ErrorCode = (typeof ERROR_CODES)[number];

export type ErrorValues = Readonly<Record<string, string | number | boolean | null>>;

/** The form in which an error crosses a wire. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
  readonly values: ErrorValues;
}

export class StoryError extends Error implements ErrorData {
  override readonly name = 'StoryError';

  /**
   * @param message one sentence with the value seen and the values allowed
   * @param hint what to do or type instead
   * @param values the same facts for programs and translations
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly hint: string,
    readonly values: ErrorValues = {}
  ) {
    super(message);
  }

  toData(): ErrorData {
    return { code: this.code, message: this.message, hint: this.hint, values: this.values };
  }
}

/** Any thrown value as error data; what nobody foresaw becomes `internal`. */
export function errorData(error: unknown): ErrorData {
  if (error instanceof StoryError) {
    return error.toData();
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'internal',
    message: `something unforeseen went wrong: ${message}`,
    hint: 'this is a defect of bertstory; please report it with the text and the model',
    values: {}
  };
}

/** Throws `cancelled` when the signal is set; called between engine calls. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) {
    throw new StoryError(
      'cancelled',
      'the job was stopped',
      'what was computed so far is kept; refine goes on from it'
    );
  }
}
