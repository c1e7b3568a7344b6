import sharp, { type Metadata } from "sharp";
import { AppError } from "../../core/shared/errors.ts";
import type { PictureFacts, Pictures } from "../../core/shared/ports.ts";
import { mainColours } from "./main-colours.ts";
import { Turns } from "./turns.ts";

/** A decoded picture of 40 megapixels takes some 160 MB. */
const DECODES_AT_ONCE = 2;
const SAMPLE_SIDE = 32;

type Format = PictureFacts["format"];

export class SharpPictures implements Pictures {
  private readonly turns = new Turns(DECODES_AT_ONCE);

  async inspect(bytes: Uint8Array, limits: { formats: readonly Format[]; maxPixels: number }): Promise<PictureFacts> {
    // sharp itself reads SVG and more, whatever the label says: it only gets what these bytes promise.
    const format = formatOf(bytes);
    if (format === undefined || !limits.formats.includes(format)) throw unsupported(limits.formats);
    const { width, height } = await readSize(bytes, format, limits.maxPixels);
    const colours = await this.turns.take(() => decodeColours(bytes, limits.maxPixels));
    return { format, width, height, colours };
  }
}

function formatOf(bytes: Uint8Array): Format | undefined {
  const starts = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (starts.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (starts.startsWith("\xff\xd8\xff")) return "jpeg";
  if (/^GIF8[79]a/.test(starts)) return "gif";
  return /^RIFF[\s\S]{4}WEBP/.test(starts) ? "webp" : undefined;
}

/** From the header alone; as the picture is shown, so a photograph's turn by EXIF counts. */
async function readSize(
  bytes: Uint8Array,
  format: Format,
  maxPixels: number,
): Promise<{ width: number; height: number }> {
  const metadata = await readMetadata(bytes);
  const { width, height } = metadata.autoOrient;
  if (metadata.format !== format || !(width > 0) || !(height > 0)) throw damaged();
  if (width * height > maxPixels) throw new AppError("too_large", "image_too_many_pixels", String(width * height));
  return { width, height };
}

async function readMetadata(bytes: Uint8Array): Promise<Metadata> {
  try {
    // Without sharp's own limit, so that the number of pixels can be told.
    return await sharp(bytes, { limitInputPixels: false }).metadata();
  } catch (error) {
    throw damaged(error);
  }
}

async function decodeColours(bytes: Uint8Array, maxPixels: number): Promise<string[]> {
  try {
    // A linear kernel reads every pixel, so damage anywhere is found, and it invents no colours at edges.
    const sample = await sharp(bytes, { limitInputPixels: maxPixels, failOn: "error" })
      .resize(SAMPLE_SIDE, SAMPLE_SIDE, { fit: "fill", kernel: "linear" })
      .toColourspace("srgb")
      .ensureAlpha()
      .raw()
      .toBuffer();
    return mainColours(sample);
  } catch (error) {
    throw damaged(error);
  }
}

function unsupported(formats: readonly Format[]): AppError {
  const names = formats.length > 1 ? `${formats.slice(0, -1).join(", ")} or ${formats.at(-1)}` : formats.join("");
  return new AppError("unsupported_type", "unsupported_image_type", `use ${names}`);
}

function damaged(cause?: unknown): AppError {
  return new AppError("invalid_input", "invalid_image", "the image is damaged", { cause });
}
