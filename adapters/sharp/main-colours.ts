const MAX_COLOURS = 3;
/** Colours nearer than this look alike, and one that covers less than this share is a detail. */
const ALIKE = 48;
const SMALLEST_SHARE = 0.05;

interface Colour {
  pixels: number;
  red: number;
  green: number;
  blue: number;
}

/** The colours that cover most of a picture as `#rrggbb`, most common first. `rgba` holds four bytes a pixel. */
export function mainColours(rgba: Uint8Array): string[] {
  const colours = quantised(rgba).sort((left, right) => right.pixels - left.pixels);
  const chosen: Colour[] = [];
  for (const colour of colours) {
    const alike = chosen.find((other) => distance(colour, other) < ALIKE);
    if (alike === undefined) chosen.push({ ...colour });
    else alike.pixels += colour.pixels;
  }
  const total = colours.reduce((sum, { pixels }) => sum + pixels, 0);
  return chosen
    .filter(({ pixels }) => pixels >= SMALLEST_SHARE * total)
    .sort((left, right) => right.pixels - left.pixels)
    .slice(0, MAX_COLOURS)
    .map(({ red, green, blue }) => `#${[red, green, blue].map(hex).join("")}`);
}

/** Visible pixels gathered in cubes of 32 levels a side, each with its mean colour. */
function quantised(rgba: Uint8Array): Colour[] {
  const sums = new Map<number, Colour>();
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(at, at + 4);
    if (alpha < 128) continue;
    const key = ((red >> 5) << 6) | ((green >> 5) << 3) | (blue >> 5);
    const sum = sums.get(key) ?? { pixels: 0, red: 0, green: 0, blue: 0 };
    sums.set(key, {
      pixels: sum.pixels + 1,
      red: sum.red + red,
      green: sum.green + green,
      blue: sum.blue + blue,
    });
  }
  return [...sums.values()].map(({ pixels, red, green, blue }) => ({
    pixels,
    red: red / pixels,
    green: green / pixels,
    blue: blue / pixels,
  }));
}

function distance(left: Colour, right: Colour): number {
  return Math.hypot(left.red - right.red, left.green - right.green, left.blue - right.blue);
}

function hex(level: number): string {
  return Math.round(level).toString(16).padStart(2, "0");
}
