/** Small pictures of entries, as data URLs: what was read, and a little around it. */

/**
 * @typedef {import("../server/api_client.js").Answer} Answer
 * @typedef {import("../server/api_client.js").Box} Box
 */

const HEIGHT_PX = 112; // twice what lists show, for dense screens
const MOST_ACROSS = 3; // times its height
const JPEG_QUALITY = 0.7;
const MARGIN = 0.5; // beside what was read, of the height of its highest box

/** @param {{box: Box}[]} found @returns {Box} around all of it */
export function boxAround(found) {
  const boxes = found.map(({ box }) => box);
  const [left, top] = [0, 1].map((side) => Math.min(...boxes.map((box) => box[side])));
  const [right, bottom] = [0, 1].map((side) => Math.max(...boxes.map((box) => box[side] + box[side + 2])));
  return [left, top, right - left, bottom - top];
}

/** Returns the part of a picture that holds all that was read in it or left out. @param {Answer} answer @returns {Box} */
export function readPart({ digits, left_out, width, height }) {
  const found = [...digits, ...left_out];
  const [x, y, across, down] = boxAround(found);
  const margin = MARGIN * Math.max(...found.map(({ box }) => box[3]));
  const [left, top] = [x - margin, y - margin].map((start) => Math.max(0, start));
  return [left, top, Math.min(width, x + across + margin) - left, Math.min(height, y + down + margin) - top];
}

/**
 * @param {Blob} file @param {Answer[]} answers to it, or to each line of it
 * @returns {Promise<string[]>} one of each; the network's input where the browser cannot open the file
 */
export async function thumbnailsOf(file, answers) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return answers.map(({ digits }) => digits[0].image);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { alpha: false });
  const made = answers.map((answer) => {
    const [left, top, across, down] = readPart(answer).map((side) => (side * bitmap.width) / answer.width);
    const width = Math.min(across, MOST_ACROSS * down); // the middle of what is very wide
    Object.assign(canvas, { height: HEIGHT_PX, width: Math.ceil((HEIGHT_PX * width) / down) });
    context.fillStyle = "#fff"; // under what is transparent
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(bitmap, left + (across - width) / 2, top, width, down, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", JPEG_QUALITY);
  });
  bitmap.close();
  return made;
}
