import { describe, expect, it } from "vitest";
import { pictureAnswer } from "../../../adapters/offline/picture-answer.ts";

const picture = {
  mediaType: "image/png",
  bytes: new Uint8Array(),
  width: 1200,
  height: 800,
  colours: ["#c83232", "#ffffff"],
};

describe("pictureAnswer", () => {
  it("tells format, size and colours", () => {
    expect(pictureAnswer([picture])).toContain(
      "This is a PNG picture of 1200 x 800 pixels (0.96 megapixels). Its main colours are red (#c83232), white (#ffffff).",
    );
  });

  it("says that it measures but does not see, and how to connect a model", () => {
    expect(pictureAnswer([picture])).toMatch(/measure pictures but do not see.*OPENAI_API_KEY.*OPENAI_BASE_URL/);
  });

  it("names a single colour, or none of a picture that is transparent all over", () => {
    expect(pictureAnswer([{ ...picture, colours: ["#0a0a0a"] }])).toContain("Its main colour is black (#0a0a0a).");
    expect(pictureAnswer([{ ...picture, colours: [] }])).not.toContain("colour is");
  });

  it("does not call a tiny picture one of no megapixels", () => {
    expect(pictureAnswer([{ ...picture, width: 8, height: 8 }])).toContain("8 x 8 pixels (less than 0.01 megapixels)");
  });

  it("measures each of several pictures", () => {
    expect(pictureAnswer([picture, { ...picture, mediaType: "image/jpeg" }])).toMatch(/PNG picture.*JPEG picture/);
  });
});
