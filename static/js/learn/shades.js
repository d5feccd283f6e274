/** The shades of numbers below and above 0, as pixels: for pictures that are drawn at every frame. */

const OPAQUE = 255;
const SHADES = 255; // of a colour

/** @param {import("../ui/pixels.js").Palette} palette @returns {Uint32Array} pixels, from the lowest weight to the highest */
export function shadesOf(palette) {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const [plus, minus, zero] = [palette.plus, palette.minus, palette.zero].map((colour) => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    return context.getImageData(0, 0, 1, 1).data;
  });
  const bytes = new Uint8ClampedArray(4 * (2 * SHADES + 1)).fill(OPAQUE);
  for (let step = -SHADES; step <= SHADES; step++) {
    const [share, colour] = [Math.abs(step) / SHADES, step > 0 ? plus : minus];
    for (let part = 0; part < 3; part++) bytes[4 * (step + SHADES) + part] = zero[part] + share * (colour[part] - zero[part]);
  }
  return new Uint32Array(bytes.buffer);
}

/** @param {Uint32Array} shades @param {number} share -1..1 @returns {number} a pixel; beyond these that of the limit */
export const shadeOf = (shades, share) => shades[Math.round((Math.max(-1, Math.min(share, 1)) + 1) * SHADES)];
