// Every cap of the product, named once; the errors that enforce them say the cap and the value.

const KIB = 1024;
const MIB = 1024 * KIB;

/** Bytes of UTF-8 text in one request (text and pair together). */
export const MAX_TEXT_BYTES = 100_000;
/** Bytes of one comm message; larger frames travel in pieces. */
export const MAX_COMM_BYTES = 4 * MIB;
/** Bytes of widget state that is kept in sync with the kernel. */
export const MAX_STATE_BYTES = 64 * KIB;
/** Jobs that may wait behind the running one. */
export const MAX_QUEUED_JOBS = 64;
/** Rows (tokens × tangents) of one engine call: beyond this products gain nothing. */
export const MAX_ROWS_PER_CALL = 4096;
/** Seconds that one engine call may take, so that a cancel is answered within 0.2 s. */
export const MAX_CALL_SECONDS = 0.1;
/** Bytes of the story that is stored in a notebook. */
export const MAX_SAVED_BYTES = 2 * MIB;
/** Bytes of the story in an HTML page, before they are deflated. */
export const MAX_PAGE_BYTES = 8 * MIB;
/** Bytes of a frame header. */
export const MAX_HEADER_BYTES = 16 * MIB;
/** Bytes of a frame; what is longer cannot be a story of this product. */
export const MAX_FRAME_BYTES = 2048 * MIB;
/** Bytes of one result that the service keeps for the next one who asks the same: copying it takes no longer than a call. */
export const MAX_CACHED_BYTES = 256 * MIB;
/** Bytes of sent frames that a comm's sender keeps, in case a piece got lost. */
export const MAX_RESEND_BYTES = 64 * MIB;
/** Characters of one word beyond which it becomes [UNK], as in the reference WordPiece. */
export const MAX_WORD_CHARACTERS = 100;
/** Progress messages a second of one job, at most. */
export const MAX_PROGRESS_PER_SECOND = 10;
/** Seconds after which a job gives a sign of life although nothing moved. */
export const SIGN_OF_LIFE_SECONDS = 5;
/** Relative to the row's largest: cells below are dead, their relative error means nothing. */
export const LIVE_CELL_FLOOR = 1e-5;
/** Direction groups of the jackknife. */
export const JACKKNIFE_GROUPS = 8;
/** Default rule of `tell`: stop sampling at this rms error of live cells. */
export const DEFAULT_ERROR = 0.05;
/** Default rule of `tell`: go on to exact when that is estimated to take less than this. */
export const EXACT_WITHIN_SECONDS = 30;
/** Default rule of `tell`: pause when what the rule asks for is estimated to take longer than this. */
export const PAUSE_BEYOND_SECONDS = 120;
