import { describe, expect, it } from "vitest";
import { readImage } from "../../../core/chat/read-image.ts";
import { AppError } from "../../../core/shared/errors.ts";
import type { Pictures } from "../../../core/shared/ports.ts";

const FACTS = { format: "webp", width: 30, height: 20, colours: ["#00ff00", "#ffffff"] } as const;
const LIMIT = 26_214_400;

const seeing: Pictures = { inspect: async () => ({ ...FACTS, colours: [...FACTS.colours] }) };
const failing = (error: Error): Pictures => ({
  inspect: async () => {
    throw error;
  },
});
const read = (pictures: Pictures, bytes = new Uint8Array([1, 2, 3])) =>
  readImage(pictures, { field: "image_data", bytes });

describe("a caller's picture", () => {
  it("is handed on with what it is, whatever it was called", async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    expect(await read(seeing, bytes)).toEqual({
      ...{ mediaType: "image/webp", bytes, width: 30, height: 20, colours: ["#00ff00", "#ffffff"] },
    });
  });

  it("is looked at under the limits for pictures in a chat", async () => {
    let limits: unknown;
    const pictures: Pictures = {
      inspect: async (_bytes, given) => {
        limits = given;
        return { ...FACTS, colours: [] };
      },
    };
    await read(pictures);
    expect(limits).toEqual({ formats: ["png", "jpeg", "webp", "gif"], maxPixels: 40_000_000 });
  });

  it("may have 25 MB, and not a byte more: then it is not even looked at", async () => {
    expect(await read(seeing, new Uint8Array(LIMIT))).toMatchObject({ width: 30 });
    await expect(read(failing(new Error("looked at")), new Uint8Array(LIMIT + 1))).rejects.toMatchObject({
      ...{ code: "too_large", reason: "image_too_large" },
      message: "image_data holds 26214401 bytes, the limit is 26214400",
    });
  });

  it("of too many pixels is refused with their number", async () => {
    const error = new AppError("too_large", "image_too_many_pixels", "2500000000");
    await expect(read(failing(error))).rejects.toMatchObject({
      ...{ code: "too_large", reason: "image_too_many_pixels" },
      message: "image_data has 2500000000 pixels, the limit is 40000000",
    });
  });

  it.each([
    ["of another kind", new AppError("unsupported_type", "unsupported_image_type", "use png, jpeg, webp or gif")],
    ["that is damaged", new AppError("invalid_input", "invalid_image", "the image is damaged")],
  ])("%s is refused at its field", async (_name, error) => {
    await expect(read(failing(error))).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ path: ["image_data"], message: `${error.reason}: ${error.message}`, kind: "value_error" }],
    });
  });

  it("does not turn a bug into a caller's mistake", async () => {
    const bug = new TypeError("bug");
    await expect(read(failing(bug))).rejects.toBe(bug);
  });
});
