import { InvalidInputError } from "../core/shared/errors.ts";

const DATA_URI = /^data:[^,]{0,200},/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** The bytes of a data URI or bare base64, standard or URL-safe; line breaks are fine. The label is not believed. */
export function decodeBase64(field: string, text: string): Uint8Array {
  const label = DATA_URI.exec(text)?.[0] ?? "";
  const encoded = text.slice(label.length).replace(/\s+/g, "");
  if (encoded.length % 4 === 1 || !BASE64.test(encoded)) {
    const message = "invalid_image: the image is damaged";
    throw new InvalidInputError([{ path: [field], message, kind: "value_error" }]);
  }
  return Buffer.from(encoded, "base64");
}
