/** Sample pictures for the API page, drawn by script. */

const SIDE_PX = 280;
const STEP_PX = 196; // from one digit of a number to the next
const PEN_PX = 22;

/** @typedef {[number, number]} Place x and y in units of the picture's height */

/** @type {(x: number, y: number, radii: Place, from: number, to: number) => Place[]} */
const arc = (x, y, [across, down], from, to) =>
  Array.from({ length: 25 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / 24) * Math.PI) / 180; // 0 is right, 90 below
    return [x + across * Math.cos(angle), y + down * Math.sin(angle)];
  });

/** Each digit as one stroke. @type {Record<number, Place[]>} */
const STROKES = {
  0: arc(0.5, 0.5, [0.2, 0.3], -90, 270),
  1: [[0.54, 0.2], [0.48, 0.8]],
  2: [...arc(0.5, 0.36, [0.18, 0.16], -170, 40), [0.32, 0.8], [0.7, 0.8]],
  3: [...arc(0.47, 0.34, [0.18, 0.14], -150, 90), ...arc(0.47, 0.65, [0.21, 0.17], -90, 150)],
  7: [[0.28, 0.22], [0.72, 0.22], [0.46, 0.82]],
};

/**
 * Returns the sample pictures for a route.
 * @param {"digit" | "digits" | "number"} kind
 * @returns {File[]}
 */
export function sample(kind) {
  const texts = { digit: ["7"], digits: ["1", "2", "", "3"], number: ["2073"] }[kind];
  return texts.map(draw);
}

/** @param {string} text digits side by side, or nothing for an empty picture @returns {File} */
function draw(text) {
  const canvas = document.createElement("canvas");
  canvas.width = SIDE_PX + Math.max(0, text.length - 1) * STEP_PX;
  canvas.height = SIDE_PX;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.lineWidth = PEN_PX;
  pen.lineCap = pen.lineJoin = "round";
  [...text].forEach((digit, place) => stroke(pen, STROKES[digit], place * STEP_PX));
  const png = atob(canvas.toDataURL("image/png").split(",")[1]); // toBlob would be asynchronous
  const bytes = Uint8Array.from(png, (character) => character.charCodeAt(0));
  return new File([bytes], `${text || "empty"}.png`, { type: "image/png" });
}

/** @param {CanvasRenderingContext2D} pen @param {Place[]} places @param {number} left_px */
function stroke(pen, places, left_px) {
  pen.beginPath();
  for (const [x, y] of places) pen.lineTo(left_px + x * SIDE_PX, y * SIDE_PX);
  pen.stroke();
}
