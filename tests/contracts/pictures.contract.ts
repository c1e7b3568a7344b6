import sharp from "sharp";
import { beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../core/shared/errors.ts";
import type { Pictures } from "../../core/shared/ports.ts";

const FORMATS = ["png", "jpeg", "webp", "gif"] as const;
const LIMITS = { formats: FORMATS, maxPixels: 40_000_000 };

/** A red picture whose lower quarter is white. */
async function picture(format: (typeof FORMATS)[number], width = 120, height = 80): Promise<Buffer> {
  const white = await sharp({ create: { width, height: height / 4, channels: 3, background: "#ffffff" } })
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: "#c83232" } })
    .composite([{ input: white, gravity: "south" }])
    .toFormat(format)
    .toBuffer();
}

/** What every reader of pictures promises. */
export function describePictures(name: string, make: () => Pictures): void {
  describe(`${name} as Pictures`, () => {
    let pictures: Pictures;

    beforeEach(() => {
      pictures = make();
    });

    const failure = async (bytes: Uint8Array, limits = LIMITS): Promise<AppError> => {
      const error = await pictures.inspect(bytes, limits).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AppError);
      return error as AppError;
    };

    it.each(FORMATS)("tells format, size and main colours of a %s", async (format) => {
      const facts = await pictures.inspect(await picture(format), LIMITS);
      expect(facts).toMatchObject({ format, width: 120, height: 80 });
      expect(facts.colours).toHaveLength(2);
      expect(facts.colours[0]).toMatch(/^#c[0-9a-f]3[0-9a-f]3[0-9a-f]$/);
      expect(facts.colours[1]).toMatch(/^#f[0-9a-f]f[0-9a-f]f[0-9a-f]$/);
    });

    it("refuses a format that is not wanted here, and names the others", async () => {
      const limits = { formats: ["png", "jpeg"] as const, maxPixels: LIMITS.maxPixels };
      const error = await pictures.inspect(await picture("gif"), limits).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "unsupported_type", reason: "unsupported_image_type" });
      expect(error).toMatchObject({ message: "use png or jpeg" });
    });

    it.each([
      ["SVG", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"],
      ["SVG after an XML declaration", "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"],
      ["text", "certainly no picture"],
      ["TIFF", "II*\0\0\0\0\0\0\0\0\0"],
      ["another RIFF file", "RIFF0000WAVEfmt 0000"],
      ["nothing", ""],
    ])("refuses %s", async (_name, content) => {
      const error = await failure(Buffer.from(content));
      expect(error).toMatchObject({ code: "unsupported_type", reason: "unsupported_image_type" });
      expect(error.message).toBe("use png, jpeg, webp or gif");
    });

    it.each(FORMATS)("refuses a %s that ends too early", async (format) => {
      const bytes = await picture(format);
      const error = await failure(bytes.subarray(0, Math.floor(bytes.length / 2)));
      expect(error).toMatchObject({ code: "invalid_input", reason: "invalid_image", message: "the image is damaged" });
    });

    it("refuses rubbish behind a good beginning", async () => {
      const error = await failure(Buffer.from("\x89PNG\r\n\x1a\nrubbish", "latin1"));
      expect(error).toMatchObject({ code: "invalid_input", reason: "invalid_image" });
    });

    it("takes a picture of exactly the greatest number of pixels, and none of one row more", async () => {
      const limits = { ...LIMITS, maxPixels: 120 * 80 };
      expect(await pictures.inspect(await picture("png"), limits)).toMatchObject({ width: 120, height: 80 });
      const error = await failure(await picture("png", 120, 84), limits);
      expect(error).toMatchObject({ code: "too_large", reason: "image_too_many_pixels", message: String(120 * 84) });
    });

    it("serves many at once", async () => {
      const bytes = await picture("png");
      const all = await Promise.all(Array.from({ length: 8 }, () => pictures.inspect(bytes, LIMITS)));
      expect(new Set(all.map((facts) => JSON.stringify(facts))).size).toBe(1);
    });

    it("goes on after a failure", async () => {
      await Promise.all(Array.from({ length: 4 }, () => failure(Buffer.from("GIF89a broken"))));
      expect(await pictures.inspect(await picture("webp"), LIMITS)).toMatchObject({ format: "webp" });
    });
  });
}
