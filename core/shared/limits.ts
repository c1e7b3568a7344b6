/** Largest picture a caller may send, in bytes once decoded: the guides' "25 MB". */
export const MAX_IMAGE_BYTES = 26_214_400;

/** Largest picture that is decoded, in pixels. */
export const MAX_IMAGE_PIXELS = 40_000_000;
