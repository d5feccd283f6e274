/** Paints a network on the stage, dark in every theme, at a moment of the digit's way: 0 is the picture, 1 the first layer. */

import { incomingWeights } from "../network/article.js";
import { levelsOfMap } from "../inside/sums.js";
import { layerName } from "../inside/neuron_names.js";
import { drawSigned, largestMagnitude, levelsImage, SIDE } from "../ui/pixels.js";
import { placeIn } from "./scene.js";

const GROUND = ["#1a2150", "#090b1a"]; // in the middle, at the edge
const EMPTY = [20, 25, 54]; // red, green, blue of an activation of 0
const INK = [255, 236, 179]; // and of the largest
export const LIGHT = "143, 176, 255"; // of the lines that count, and of the winner
export const AGAINST = "255, 169, 77"; // of what pushes a sum down
const QUIET = "rgb(170, 178, 210)";
const WEIGHTS = { plus: "#ffecb3", minus: "#5b7cff", zero: "#141936" };
const MOST_PICTURES_OF_WEIGHTS = 40; // neurons of the first layer
const GAMMA = 0.6; // of activations, so that small ones are seen
const FAINT = 0.14; // opacity of the lines that do not count
const ARRIVAL = 0.8; // part of the way to a layer at which the light arrives
const LIFT_PX = 60; // how high the pixels rise on their way to the stage
const SPREAD = 0.4; // of the flight between its first pixel and its last
const MAGNIFIED_PX = 112;

const clip = (number) => Math.min(Math.max(number, 0), 1);
const smooth = (number) => clip(number) ** 2 * (3 - 2 * clip(number));
const between = (from, to, part) => from + part * (to - from);

export class Painting {
  /** What is shown: the layers, their scene, their lines. @type {object} */
  #shown;
  #sprites = [];
  #scale = 1;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.halos = [LIGHT, "255, 236, 179"].map(halo);
  }

  /**
   * Prepares what all frames have in common, for a size of the stage: layer by layer, so that the page can do something else in between.
   * @param {{layers: object[], cells: Cell[][], scene: import("./scene.js").Scene, traced: import("./strongest_lines.js").StrongestLines,
   *   pixels: Float32Array, start: (column: number, row: number) => [number, number], winner: number?}} shown
   * @yields after each layer
   */
  *prepare(shown) {
    this.#shown = shown;
    const { width, height } = this.canvas.getBoundingClientRect();
    this.#scale = Math.min(devicePixelRatio, 2);
    [this.canvas.width, this.canvas.height] = [width, height].map((side) => Math.round(side * this.#scale));
    this.ground = this.context.createRadialGradient(width * 0.55, height / 2, 0, width * 0.55, height / 2, Math.max(width, height) * 0.7);
    GROUND.forEach((colour, place) => this.ground.addColorStop(place, colour));
    this.font = getComputedStyle(this.canvas).fontFamily;
    const { layers, scene, traced } = shown;
    this.fineness = Math.min(Math.max(Math.min(width, height) / 800, 0.5), 1.25); // of lines
    this.cells = shown.cells;
    this.#sprites = [null]; // the picture is drawn again in each frame
    for (const plane of scene.planes.slice(1)) {
      this.#sprites.push(this.#sprite(plane, this.#sprites.length));
      yield;
    }
    this.lines = traced.lines.map((line) => ({ ...line, ...this.#curve(line) }));
    const joined = (lines, number) => {
      const path = new Path2D();
      for (const line of lines) if (line.layer === number) path.addPath(line.path ?? this.#curve(line).path);
      return path;
    };
    this.faint = layers.map((_, number) => joined(traced.faint, number));
    this.glow = layers.map((_, number) => joined(this.lines, number));
  }

  /**
   * @param {number} position -1 on the page, 0 in the picture, then layer by layer; one more than the last layer at the end
   * @param {{touched?: {layer: number, node: number}?, tintOf?: (place: number) => string?}} marks
   *   a tint is the colour of a pixel, where it is not that of ink
   */
  draw(position, { touched = null, tintOf = () => null } = {}) {
    const { context, canvas } = this;
    const { layers, scene } = this.#shown;
    context.setTransform(this.#scale, 0, 0, this.#scale, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.globalAlpha = smooth(1.8 * (position + 1));
    context.fillStyle = this.ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const built = smooth(2 * position + 2);
    this.#drawFrame(position);
    context.lineWidth = 0.75;
    context.strokeStyle = `rgb(${LIGHT})`;
    this.faint.forEach((path, layer) => {
      context.globalAlpha = FAINT * built * between(0.4, 1, this.#lit(layer, position));
      context.stroke(path);
    });
    for (let layer = 1; layer < scene.planes.length; layer++) this.#drawPlane(layer, position, built);
    const dimmed = touched ? FAINT : 1;
    context.globalCompositeOperation = "lighter";
    context.strokeStyle = `rgb(${LIGHT})`;
    this.glow.forEach((path, layer) => {
      context.globalAlpha = dimmed * (0.12 * this.#lit(layer, position) + 0.15 * this.#flash(layer, position));
      context.lineWidth = 5 * this.fineness;
      if (context.globalAlpha > 0) context.stroke(path);
    });
    for (const line of this.lines) this.#drawLine(line, position - line.layer + 1, dimmed);
    context.globalCompositeOperation = "source-over";
    this.#drawPicture(position, tintOf);
    for (let layer = 1; layer < scene.planes.length; layer++) this.#drawCounted(layer, position, dimmed);
    layers.at(-1).outputs.forEach((activation, digit) => this.#drawOutput(digit, activation, position, built));
    if (touched) this.#drawTouched(touched);
    context.globalAlpha = 1;
  }

  /** @returns {number} how far a layer has its activations, 0..1 */
  #lit = (layer, position) => smooth((position - layer + 1 - ARRIVAL) / (1 - ARRIVAL));

  /** @returns {number} how bright a layer flashes: at once when the light arrives, and less and less after it */
  #flash(layer, position) {
    const since = position - layer + 1 - ARRIVAL;
    return since < 0 ? 0 : smooth(since / 0.1) * Math.exp(-1.6 * Math.max(since - 0.2, 0));
  }

  /** A plane's neurons, drawn once for all frames. */
  #sprite(plane, layer) {
    const ends = [[0, 0], [plane.columns, 0], [0, plane.rows], [plane.columns, plane.rows]].map((place) => placeIn(plane, ...place));
    const [left, top] = [0, 1].map((axis) => Math.floor(Math.min(...ends.map((end) => end[axis]))));
    const [right, bottom] = [0, 1].map((axis) => Math.ceil(Math.max(...ends.map((end) => end[axis]))));
    const made = new OffscreenCanvas(...[right - left, bottom - top].map((side) => Math.max(1, Math.ceil(side * this.#scale))));
    const context = made.getContext("2d");
    context.scale(this.#scale, this.#scale);
    context.translate(-left, -top);
    context.beginPath();
    for (const place of [0, 1, 3, 2]) context.lineTo(...ends[place]);
    context.fillStyle = `rgba(${LIGHT}, 0.07)`;
    context.fill();
    this.cells[layer].forEach((cell, node) => drawCell(context, plane, node, cell, 0.92));
    return { made, box: [left, top, made.width / this.#scale, made.height / this.#scale], bottom };
  }

  #drawPlane(layer, position, built) {
    const { context } = this;
    const { made, box } = this.#sprites[layer];
    const lit = this.#lit(layer, position);
    context.globalAlpha = built * between(0.16, 0.8, lit);
    context.drawImage(made, ...box);
    if (!this.#shown.scene.isWide) return;
    const { layers } = this.#shown;
    const { rows, columns, maps } = layers[layer].shape;
    context.globalAlpha = built * between(0.5, 1, lit);
    const bottom = Math.max(...this.#sprites.slice(1).map((sprite) => sprite.bottom));
    this.#write(layerName(layers, layer), [box[0] + box[2] / 2, bottom + 14], 13, QUIET);
    this.#write(columns > 1 ? `${maps} × ${rows} × ${columns}` : String(maps), [box[0] + box[2] / 2, bottom + 32], 12, QUIET);
  }

  /** Draws the neurons that count over their plane: larger, and with a halo while they flash. */
  #drawCounted(layer, position, dimmed) {
    const { context } = this;
    const { scene, traced } = this.#shown;
    const [lit, flash] = [this.#lit(layer, position), this.#flash(layer, position)];
    if (lit === 0) return;
    for (const [node, score] of [...traced.scores[layer]].reverse()) {
      const plane = scene.planes[layer];
      context.globalAlpha = lit * dimmed * flash * between(0.4, 0.9, score);
      if (flash > 0.02) this.#drawHalo(scene.centre(layer, node), plane.cell * between(0.9, 1.6, score) + 6, 1);
      context.globalAlpha = lit;
      drawCell(context, plane, node, this.cells[layer][node], between(1.1, this.#shown.layers[layer].shape.maps < MOST_PICTURES_OF_WEIGHTS ? 1.25 : 1.5, score) + 0.2 * flash, `rgba(${LIGHT}, ${0.9 * dimmed})`);
    }
  }

  #drawHalo([x, y], radius_px, kind) {
    this.context.globalCompositeOperation = "lighter";
    this.context.drawImage(this.halos[kind], x - radius_px, y - radius_px, 2 * radius_px, 2 * radius_px);
    this.context.globalCompositeOperation = "source-over";
  }

  /** @returns {{path: Path2D, at: (part: number) => [number, number], length_px: number}} */
  #curve({ layer, from, to }) {
    const { scene } = this.#shown;
    const [start, end] = [scene.centre(layer - 1, from), scene.centre(layer, to)];
    const axis = scene.isWide ? 0 : 1;
    const [first, second] = [[...start], [...end]];
    first[axis] = second[axis] = (start[axis] + end[axis]) / 2;
    const path = new Path2D();
    path.moveTo(...start);
    path.bezierCurveTo(...first, ...second, ...end);
    const at = (t) => [0, 1].map((each) => (1 - t) ** 3 * start[each] + 3 * t * (1 - t) ** 2 * first[each] + 3 * t ** 2 * (1 - t) * second[each] + t ** 3 * end[each]);
    return { path, at, length_px: 1.2 * Math.hypot(end[0] - start[0], end[1] - start[1]) };
  }

  /** @param {number} part of the way to the line's layer that the light has gone */
  #drawLine({ path, at, length_px, strength }, part, dimmed) {
    if (part <= 0) return;
    const { context } = this;
    const gone = Math.min(part / ARRIVAL, 1);
    context.setLineDash(gone < 1 ? [gone * length_px, 2 * length_px] : []);
    context.lineWidth = (1.8 * strength + 0.5) * this.fineness;
    context.globalAlpha = between(0.22, 0.9, strength) * dimmed;
    context.stroke(path);
    context.setLineDash([]);
    if (gone === 1) return;
    context.globalAlpha = between(0.4, 1, strength) * dimmed;
    this.#drawHalo(at(gone), between(5, 14, strength), 0);
    context.globalCompositeOperation = "lighter";
  }

  /** Draws the frame of the picture. */
  #drawFrame(position) {
    const { context } = this;
    const [{ corner, cell }] = this.#shown.scene.planes;
    context.globalAlpha = smooth(position + 1);
    context.fillStyle = `rgba(${EMPTY}, 0.8)`;
    context.strokeStyle = `rgba(${LIGHT}, 0.3)`;
    context.lineWidth = 1;
    context.beginPath();
    context.roundRect(corner[0] - 6, corner[1] - 6, SIDE * cell + 12, SIDE * cell + 12, 10);
    context.fill();
    context.stroke();
  }

  /** Draws the picture's pixels: on their way from the page, one after the other, and then in their place. */
  #drawPicture(position, tintOf) {
    const { context } = this;
    const { scene, pixels, start } = this.#shown;
    const [plane] = scene.planes;
    const flown = position + 1;
    pixels.forEach((level, place) => {
      if (level === 0) return;
      const [column, row] = [place % SIDE, Math.floor(place / SIDE)];
      const part = smooth((flown - (SPREAD * row) / SIDE) / (1 - SPREAD));
      const [[x, y], [right]] = [start(column, row), start(column + 1, row)];
      const [endX, endY] = placeIn(plane, column, row);
      const size = between(right - x, plane.cell, part);
      context.globalAlpha = between(1, level, part);
      context.fillStyle = tintOf(place) ?? `rgb(${INK.map((bright, each) => between([47, 73, 200][each], bright, part))})`;
      context.fillRect(between(x, endX, part), between(y, endY, part) - LIFT_PX * Math.sin(Math.PI * part), size + 0.5, size + 0.5);
    });
    if (position < 0) return;
    for (const [place, score] of this.#shown.traced.scores[0]) {
      context.globalAlpha = 0.5 * score * between(0.35, 1, Math.exp(-position));
      this.#drawHalo(scene.centre(0, place), plane.cell * 2, 1);
    }
  }

  /** Draws an output as a circle that is filled as far as its activation. */
  #drawOutput(digit, activation, position, built) {
    const { context } = this;
    const { scene, winner, layers } = this.#shown;
    const { centre, radius } = scene.outputs[digit];
    const [x, y] = centre;
    const isWinner = digit === winner;
    const filled = activation * smooth(position - layers.length + 1.35);
    context.globalAlpha = built;
    if (isWinner) {
      context.globalAlpha = 0.9 * filled;
      this.#drawHalo(centre, 2.1 * radius, 0);
      context.globalAlpha = built;
    }
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = `rgb(${EMPTY})`;
    context.fill();
    context.save();
    context.clip();
    const level = context.createLinearGradient(x, y - radius, x, y + radius);
    level.addColorStop(0, isWinner ? "#6f92ff" : "#6b75a8");
    level.addColorStop(1, isWinner ? "#2f49c8" : "#6b75a8");
    context.fillStyle = level;
    context.fillRect(x - radius, y + radius - 2 * radius * filled, 2 * radius, 2 * radius * filled);
    context.restore();
    context.globalAlpha = isWinner ? built * between(0.4, 1, smooth(3 * filled)) : built;
    context.lineWidth = isWinner ? 2 : 1;
    context.strokeStyle = isWinner ? `rgb(${LIGHT})` : `rgba(${LIGHT}, 0.4)`;
    context.stroke();
    this.#write(String(digit), [x, y + 0.06 * radius], 1.25 * radius, isWinner && filled > 0.3 ? "white" : QUIET, 700);
  }

  /** Draws the lines of a neuron alone, and its feature map large. */
  #drawTouched({ layer, node }) {
    const { context, cells } = this;
    const { traced, scene } = this.#shown;
    for (const line of traced.of(layer, node)) {
      const { path } = this.#curve(line);
      const isAgainst = line.product < 0;
      context.globalAlpha = between(0.25, 1, line.strength);
      context.strokeStyle = `rgb(${isAgainst ? AGAINST : LIGHT})`;
      context.setLineDash(isAgainst ? [5, 4] : []); // so that signs differ without colours, too
      context.lineWidth = 0.75 + 2.5 * line.strength;
      context.stroke(path);
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
    const [x, y] = scene.centre(layer, node);
    context.strokeStyle = "white";
    context.lineWidth = 2;
    const cell = cells[layer][node];
    if (!cell) {
      context.beginPath();
      context.arc(x, y, scene.outputs[node].radius + 4, 0, 2 * Math.PI);
      context.stroke();
      return;
    }
    const { width, height } = this.canvas;
    const within = (place, side) => Math.min(Math.max(place - MAGNIFIED_PX / 2, 8), side / this.#scale - MAGNIFIED_PX - 8);
    const [left, top] = [within(x, width), within(y, height)];
    context.imageSmoothingEnabled = false;
    context.drawImage(cell.picture, 0, cell.top, cell.width, cell.height, left, top, MAGNIFIED_PX, MAGNIFIED_PX);
    context.strokeRect(left, top, MAGNIFIED_PX, MAGNIFIED_PX);
  }

  #write(text, [x, y], size_px, colour, weight = 400) {
    const { context } = this;
    context.font = `${weight} ${size_px}px ${this.font}`;
    [context.textAlign, context.textBaseline, context.fillStyle] = ["center", "middle", colour];
    context.fillText(text, x, y);
  }
}

/**
 * Pictures of a layer's neurons: the activations of a map, or the weights of few neurons and how active these are.
 * @typedef {{picture: CanvasImageSource, top: number, width: number, height: number, opacity: number}} Cell a part of a picture
 * @returns {Cell[]}
 */
export function cellsOf(layer, number) {
  const { maps, columns, rows } = layer.shape;
  if (number !== 1 || columns > 1 || maps > MOST_PICTURES_OF_WEIGHTS) {
    const levels = Array.from({ length: maps }, (_, map) => levelsOfMap(layer, map).map((level) => level ** GAMMA));
    const picture = levelsImage(levels.flat(), columns, EMPTY, INK); // one map below the other
    return levels.map((_, map) => ({ picture, top: map * rows, width: columns, height: rows, opacity: 1 }));
  }
  return Array.from({ length: maps }, (_, map) => {
    const picture = new OffscreenCanvas(SIDE, SIDE);
    const weights = incomingWeights(layer, map);
    drawSigned(picture, weights, 0.6 * largestMagnitude(weights), WEIGHTS);
    return { picture, top: 0, width: SIDE, height: SIDE, opacity: between(0.25, 1, layer.outputs[map]) };
  });
}

/** Draws a neuron in its place of a plane, as large as a part of its cell. @param {string} [edge] a colour */
function drawCell(context, plane, node, { picture, top, width, height, opacity }, size, edge) {
  const [x, y] = placeIn(plane, (node % plane.columns) + 0.5, Math.floor(node / plane.columns) + 0.5);
  context.save();
  context.transform(...plane.across, ...plane.down, x, y);
  context.globalAlpha *= opacity;
  context.imageSmoothingEnabled = plane.cell < 2 * width;
  context.drawImage(picture, 0, top, width, height, -size / 2, -size / 2, size, size);
  if (edge) {
    context.strokeStyle = edge;
    context.lineWidth = 1.5 / plane.cell;
    context.strokeRect(-size / 2, -size / 2, size, size);
  }
  context.restore();
}

/** @param {string} colour red, green, blue @returns {OffscreenCanvas} light that fades outwards */
function halo(colour) {
  const made = new OffscreenCanvas(64, 64);
  const context = made.getContext("2d");
  const fading = context.createRadialGradient(32, 32, 0, 32, 32, 32);
  for (const [place, opacity] of [[0, 0.9], [0.25, 0.4], [1, 0]]) fading.addColorStop(place, `rgba(${colour}, ${opacity})`);
  context.fillStyle = fading;
  context.fillRect(0, 0, 64, 64);
  return made;
}
