import { describe, expect, it } from "vitest";
import { mainColours } from "../../../adapters/sharp/main-colours.ts";

const pixels = (count: number, ...rgba: number[]): number[] => Array.from({ length: count }, () => rgba).flat();

describe("mainColours", () => {
  it("puts the colour that covers most first", () => {
    const picture = Uint8Array.from([...pixels(30, 0, 0, 255, 255), ...pixels(70, 255, 0, 0, 255)]);
    expect(mainColours(picture)).toEqual(["#ff0000", "#0000ff"]);
  });

  it("names three colours at most", () => {
    const levels = [0, 80, 160, 240];
    expect(mainColours(Uint8Array.from(levels.flatMap((level) => pixels(25, level, level, level, 255))))).toHaveLength(
      3,
    );
  });

  it("takes near shades for one colour, even across the border of two cubes", () => {
    const picture = [...pixels(60, 31, 100, 100, 255), ...pixels(40, 33, 100, 100, 255)];
    expect(mainColours(Uint8Array.from(picture))).toEqual(["#1f6464"]);
  });

  it("leaves out details and what is transparent", () => {
    const picture = [...pixels(97, 0, 0, 0, 255), ...pixels(3, 255, 255, 255, 255), ...pixels(900, 0, 255, 0, 0)];
    expect(mainColours(Uint8Array.from(picture))).toEqual(["#000000"]);
  });

  it("finds none in a picture that is transparent all over", () => {
    expect(mainColours(Uint8Array.from(pixels(9, 1, 2, 3, 0)))).toEqual([]);
  });
});
