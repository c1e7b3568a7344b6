import { crc32, deflateSync } from "node:zlib";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { SharpPictures } from "../../../adapters/sharp/sharp-pictures.ts";
import { describePictures } from "../../contracts/pictures.contract.ts";

const LIMITS = { formats: ["png", "jpeg", "webp", "gif"] as const, maxPixels: 40_000_000 };

describePictures("SharpPictures", () => new SharpPictures());

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** A PNG with a valid header of that size and next to nothing behind it. */
function boastingPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(Buffer.alloc(8))), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), ...chunks]);
}

describe("SharpPictures", () => {
  it("refuses a small file that claims 50,000 x 50,000 pixels, and tells how many they are", async () => {
    await expect(new SharpPictures().inspect(boastingPng(50_000, 50_000), LIMITS)).rejects.toMatchObject({
      code: "too_large",
      reason: "image_too_many_pixels",
      message: "2500000000",
    });
  });

  it("finds missing pixels behind a good header of an allowed size", async () => {
    await expect(new SharpPictures().inspect(boastingPng(500, 500), LIMITS)).rejects.toMatchObject({
      reason: "invalid_image",
    });
  });

  it("gives the size as the picture is shown when EXIF turns it", async () => {
    const turned = await sharp({ create: { width: 60, height: 40, channels: 3, background: "#0000ff" } })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect(await new SharpPictures().inspect(turned, LIMITS)).toMatchObject({ width: 40, height: 60 });
  });

  it("looks at the first frame of an animation", async () => {
    const frames = await sharp(Buffer.alloc(20 * 30 * 3, 200), {
      raw: { width: 20, height: 30, channels: 3, pageHeight: 10 },
    })
      .gif()
      .toBuffer();
    expect(await new SharpPictures().inspect(frames, LIMITS)).toMatchObject({ format: "gif", width: 20, height: 10 });
  });

  it("turns other colour spaces into the one of screens", async () => {
    const grey = await sharp({ create: { width: 9, height: 9, channels: 3, background: "#808080" } })
      .toColourspace("b-w")
      .png()
      .toBuffer();
    expect((await new SharpPictures().inspect(grey, LIMITS)).colours).toEqual(["#808080"]);
  });
});
