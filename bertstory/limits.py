"""The caps that the Python side enforces, named as in src/core/limits.ts."""

KIB = 1024
MIB = 1024 * KIB

#: Bytes of one comm message; larger frames travel in pieces.
MAX_COMM_BYTES = 4 * MIB
#: Bytes of frames that are kept in case the other side asks again.
MAX_RESEND_BYTES = 64 * MIB
#: Bytes of widget state that is kept in sync with the browser.
MAX_STATE_BYTES = 64 * KIB
#: Bytes of the story that is stored in a notebook.
MAX_SAVED_BYTES = 2 * MIB
#: Bytes of the story in an HTML page, before they are deflated.
MAX_PAGE_BYTES = 8 * MIB
#: Bytes of maps up to which a live view gets the whole story at once.
MAX_WHOLE_BYTES = MIB
#: Bytes of a frame header.
MAX_HEADER_BYTES = 16 * MIB
#: Bytes of a frame; what is longer cannot be a story of this product.
MAX_FRAME_BYTES = 2048 * MIB
#: Default rule of `tell`: stop sampling at this rms error of live cells.
DEFAULT_ERROR = 0.05
