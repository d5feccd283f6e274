/** One picture of a game to show to friends, made in the browser. */

import { drawOn } from "../pad/drawing.js";
import { element } from "../ui/dom.js";
import { isStandalone } from "../ui/translate.js";

const [COLUMNS, TILE, GAP, LINE, HEAD, FOOT] = [4, 255, 36, 30, 170, 70]; // sizes in pixels
const WIDTH = COLUMNS * (TILE + GAP) + GAP;
const ROW = TILE + 2 * LINE + GAP;
const [GROUND, INK, QUIET, ACCENT] = ["#f6f5f1", "#1b1f36", "#565a70", "#2f49c8"];

/**
 * @param {[string, string]} texts the title, and the score with the set @param {string} address at which the same set is played
 * @param {(import("./game.js").Round & {caption: string[]})[]} tiles
 * @returns {Promise<Blob>} PNG
 */
export function posterOf([title, score], tiles, address) {
  const height = HEAD + Math.ceil(tiles.length / COLUMNS) * ROW + FOOT;
  const canvas = element("canvas", { width: WIDTH, height });
  const context = canvas.getContext("2d");
  const [face, textFace] = ["h1", "body"].map((name) => getComputedStyle(document.querySelector(name)).fontFamily);
  const write = (text, x, y, size, colour, most = WIDTH - 2 * GAP) => {
    context.font = size > LINE ? `700 ${size}px ${face}` : `${size}px ${textFace}`;
    context.fillStyle = colour;
    context.fillText(text, x, y, most);
  };
  context.fillStyle = GROUND;
  context.fillRect(0, 0, WIDTH, height);
  write(title, GAP, 90, 64, INK);
  write(`Inkling · ${score}`, GAP, 138, 28, QUIET);
  tiles.forEach(({ drawing, caption, points }, place) => {
    const x = GAP + (place % COLUMNS) * (TILE + GAP);
    const y = HEAD + Math.floor(place / COLUMNS) * ROW;
    const tile = element("canvas", { width: TILE, height: TILE });
    drawOn(tile, drawing);
    context.drawImage(tile, x, y);
    [context.strokeStyle, context.lineWidth] = points ? [ACCENT, 6] : [QUIET, 1];
    context.strokeRect(x, y, TILE, TILE);
    if (points) write(`+${points}`, x + 12, y + 48, 40, ACCENT);
    caption.forEach((line, number) => write(line, x, y + TILE + (number + 1) * LINE, 23, INK, TILE));
  });
  // The one file may lie in a folder with a person's name.
  if (!isStandalone) write(address, GAP, height - 32, 26, QUIET);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
