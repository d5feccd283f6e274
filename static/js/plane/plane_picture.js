/** Draws the plane: at each place the outputs as colours, or one neuron's activation; above it lines and points. */

import { drawShades, levelsImage, shadesOf } from "../ui/pixels.js";
import { endsOf } from "./plane_training.js";
import { LIMIT } from "./points.js";

export const GRID = 48; // places a side at which the network computes
const SIZE_PX = 960;
const POINT_PX = 10; // half of a point's size
const LINE_PX = 5;
const LABEL_PX = 18; // radius of a line's number
const LABEL_AT = 0.07; // of a line, from its end
const SEPARATION = 0.5; // of the full colours: points are seen on them
const NEAR = 0.4; // units of the plane from a line to what touches it

/** x and y of each place of the grid, from the upper left corner. */
export const GRID_INPUTS = Float32Array.from({ length: 2 * GRID * GRID }, (_, place) => {
  const at = Math.floor(place / 2);
  const share = place % 2 === 0 ? ((at % GRID) + 0.5) / GRID : 1 - (Math.floor(at / GRID) + 0.5) / GRID;
  return (2 * share - 1) * LIMIT;
});

const toPx = (size, [x, y]) => [((x + LIMIT) / (2 * LIMIT)) * size, ((LIMIT - y) / (2 * LIMIT)) * size];

export class PlanePicture {
  #grid = new OffscreenCanvas(GRID, GRID);

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    [canvas.width, canvas.height] = [SIZE_PX, SIZE_PX];
  }

  /** @param {import("../ui/pixels.js").Palette} palette of all that is drawn next */
  use(palette) {
    Object.assign(this, { palette, shades: shadesOf(palette) });
  }

  /**
   * @param {{points: import("../network/network.js").Examples, activations: ArrayLike<number>, lines: object[], line: number?,
   *   outputs: ArrayLike<number>?, levels: Float32Array?}} shown activations: two of each point; outputs: two of each place of the
   *   grid; or the levels of the one line that is shown
   */
  draw({ points, activations, lines, line, outputs, levels }) {
    const { palette } = this;
    const context = this.canvas.getContext("2d");
    context.fillStyle = palette.zero;
    context.fillRect(0, 0, SIZE_PX, SIZE_PX);
    context.imageSmoothingEnabled = true;
    context.globalAlpha = outputs ? SEPARATION : 1;
    context.drawImage(outputs ? this.#colours(outputs) : levelsImage(levels, GRID), 0, 0, SIZE_PX, SIZE_PX);
    context.globalAlpha = 1;
    drawPoints(context, points, SIZE_PX, POINT_PX, palette, activations);
    const { color, fontFamily } = getComputedStyle(this.canvas);
    context.font = `bold ${2 * LABEL_PX}px ${fontFamily}`;
    for (const [neuron, each] of lines.entries()) {
      if (line === null || neuron === line) drawLine(context, each, String(neuron + 1), { ink: color, paper: palette.zero });
    }
  }

  /** Draws a small picture of a set. @param {HTMLCanvasElement} canvas */
  drawSmall(canvas, points) {
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    drawPoints(context, points, canvas.width, canvas.width / 40, this.palette);
  }

  /** @returns {number?} the line that lies nearest to where the plane was clicked */
  lineAt({ offsetX, offsetY }, lines) {
    const { clientWidth, clientHeight } = this.canvas;
    const [px, py] = [(2 * offsetX) / clientWidth - 1, 1 - (2 * offsetY) / clientHeight].map((share) => share * LIMIT);
    const distances = lines.map(({ x, y, bias }) => Math.abs(x * px + y * py + bias) / Math.hypot(x, y));
    const nearest = distances.indexOf(Math.min(...distances));
    return distances[nearest] < NEAR ? nearest : null;
  }

  #colours(outputs) {
    drawShades(this.#grid, this.shades, (n) => outputs[2 * n + 1] - outputs[2 * n]);
    return this.#grid;
  }
}

/** Draws points, squares of one class and dots of the other; those that the network takes for the other class are hollow. */
function drawPoints(context, { inputs, labels }, size, radius, { plus, minus, zero }, activations = null) {
  context.lineWidth = radius / 3;
  labels.forEach((label, n) => {
    const [x, y] = toPx(size, [inputs[2 * n], inputs[2 * n + 1]]);
    const isRight = !activations || (activations[2 * n + 1] > activations[2 * n]) === (label === 1);
    const colour = label ? plus : minus;
    context.fillStyle = isRight ? colour : zero;
    context.strokeStyle = isRight ? zero : colour;
    context.beginPath();
    if (label) context.rect(x - 0.9 * radius, y - 0.9 * radius, 1.8 * radius, 1.8 * radius);
    else context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  });
}

/** Draws the line of a hidden neuron, with its number near an end. */
function drawLine(context, line, name, { ink, paper }) {
  const ends = endsOf(line);
  if (ends.length < 2) return;
  const [start, end] = ends.map((each) => toPx(SIZE_PX, each));
  for (const [colour, width] of [[paper, 2.2 * LINE_PX], [ink, LINE_PX]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(...start);
    context.lineTo(...end);
    context.stroke();
  }
  const [x, y] = start.map((from, axis) => {
    const at = from + LABEL_AT * (end[axis] - from);
    return Math.min(Math.max(at, 1.5 * LABEL_PX), SIZE_PX - 1.5 * LABEL_PX);
  });
  context.fillStyle = ink;
  context.beginPath();
  context.arc(x, y, 1.4 * LABEL_PX, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = paper;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(name, x, y + 2);
}
