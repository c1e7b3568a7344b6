import { AppError, InvalidInputError } from "../shared/errors.ts";
import { MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS } from "../shared/limits.ts";
import type { PictureFacts, Pictures } from "../shared/ports.ts";
import type { ModelImage } from "./ports.ts";

const FORMATS = ["png", "jpeg", "webp", "gif"] as const;

/**
 * Checks a caller's picture before any model sees it (http-api.md 6.7): AppError too_large `image_too_large` and
 * `image_too_many_pixels`, else InvalidInputError at the field. `field` is the surface's name of it.
 */
export async function readImage(pictures: Pictures, image: { field: string; bytes: Uint8Array }): Promise<ModelImage> {
  const { field, bytes } = image;
  if (bytes.length > MAX_IMAGE_BYTES) {
    const message = `${field} holds ${bytes.length} bytes, the limit is ${MAX_IMAGE_BYTES}`;
    throw new AppError("too_large", "image_too_large", message);
  }
  let facts: PictureFacts;
  try {
    facts = await pictures.inspect(bytes, { formats: FORMATS, maxPixels: MAX_IMAGE_PIXELS });
  } catch (error) {
    throw atField(error, field);
  }
  const { width, height, colours } = facts;
  return { mediaType: `image/${facts.format}`, bytes, width, height, colours };
}

function atField(error: unknown, field: string): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.reason === "image_too_many_pixels") {
    const message = `${field} has ${error.message} pixels, the limit is ${MAX_IMAGE_PIXELS}`;
    return new AppError("too_large", error.reason, message, { cause: error });
  }
  return new InvalidInputError([{ path: [field], message: `${error.reason}: ${error.message}`, kind: "value_error" }]);
}
