/** Small pictures of readings for their list. */

import { drawOn } from "../pad.js";

const HEIGHT_PX = 112; // twice what the list shows, for dense screens
const MOST_ACROSS = 2; // times its height
const JPEG_QUALITY = 0.7;

/** @param {import("../strokes.js").Drawing} drawing @returns {string} */
export function drawingThumbnail(drawing) {
  const canvas = Object.assign(document.createElement("canvas"), { height: HEIGHT_PX, width: HEIGHT_PX * drawing.squares });
  drawOn(canvas, drawing);
  return canvas.toDataURL();
}

/** @param {HTMLImageElement} image @returns {string?} its middle, if it is very wide; null if the browser cannot open it */
export function pictureThumbnail(image) {
  const { naturalWidth, naturalHeight } = image;
  if (naturalWidth === 0) return null;
  const across = Math.min(naturalWidth, MOST_ACROSS * naturalHeight);
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { height: HEIGHT_PX, width: Math.ceil((HEIGHT_PX * across) / naturalHeight) });
  const context = canvas.getContext("2d", { alpha: false });
  context.fillStyle = "#fff"; // under what is transparent
  context.fillRect(0, 0, canvas.width, canvas.height);
  const left = (naturalWidth - across) / 2;
  context.drawImage(image, left, 0, across, naturalHeight, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", JPEG_QUALITY);
}
