import type { ModelImage } from "../../core/chat/ports.ts";
import { DOES_NOT_SEE } from "./phrases.ts";

const COLOUR_NAMES: readonly (readonly [string, number, number, number])[] = [
  ["black", 0, 0, 0],
  ["white", 255, 255, 255],
  ["grey", 128, 128, 128],
  ["light grey", 200, 200, 200],
  ["red", 220, 30, 30],
  ["dark red", 120, 15, 15],
  ["pink", 245, 160, 185],
  ["orange", 245, 140, 30],
  ["brown", 120, 75, 35],
  ["beige", 230, 210, 170],
  ["yellow", 245, 225, 50],
  ["green", 40, 160, 60],
  ["dark green", 15, 80, 30],
  ["light green", 150, 220, 140],
  ["turquoise", 50, 190, 190],
  ["blue", 40, 80, 210],
  ["dark blue", 15, 25, 100],
  ["light blue", 140, 195, 240],
  ["purple", 130, 50, 170],
];

/** What can be measured of pictures, and that nothing was seen. */
export function pictureAnswer(images: readonly ModelImage[]): string {
  return `${images.map(measured).join(" ")} ${DOES_NOT_SEE}`;
}

function measured(image: ModelImage): string {
  const format = image.mediaType.replace("image/", "").toUpperCase();
  const pixels = image.width * image.height;
  const megapixels = pixels < 10_000 ? "less than 0.01" : (pixels / 1_000_000).toFixed(2).replace(/0$/, "");
  const colours = image.colours.map((colour) => `${colourName(colour)} (${colour})`).join(", ");
  const verb = image.colours.length === 1 ? "colour is" : "colours are";
  const size = `${image.width} x ${image.height} pixels (${megapixels} megapixels)`;
  return `This is a ${format} picture of ${size}.${colours === "" ? "" : ` Its main ${verb} ${colours}.`}`;
}

function colourName(hex: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  const distance = ([, r, g, b]: (typeof COLOUR_NAMES)[number]): number =>
    Math.hypot(r - (red ?? 0), g - (green ?? 0), b - (blue ?? 0));
  const sorted = [...COLOUR_NAMES].sort((left, right) => distance(left) - distance(right));
  return sorted[0]?.[0] ?? hex;
}
