/** Pictures, turned upright and made as small as reading needs, before they are sent. */

import { Problem } from "./api_client.js";
import { words } from "./sending_words.js";

const LONGEST_PX = 2000; // the server reduces pictures to half of that or less, but for class sheets, of which it is enough
const SMALL_BYTES = 1_000_000; // files that are sent as they are, if they are no larger in pixels either
const LARGE_BYTES = 10_000_000; // files that the server refuses
const QUALITY = 0.85; // of JPEG and WebP
const TRANSPARENT_TYPES = ["image/png", "image/webp"]; // pictures in them may be
const READ_TYPES = [...TRANSPARENT_TYPES, "image/jpeg", "image/gif", "image/bmp"]; // by the server

/**
 * @returns {Promise<File>} the same file if it is small, or if the browser cannot open it: the server says why
 * @throws {Problem} if neither can open it
 */
export async function shrunk(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    const start = await readStart(file);
    if (start.length === 0) throw new Problem(words.unreadableFile, false);
    if (isHeic(start)) throw new Problem(words.heic, false);
    if (file.size > LARGE_BYTES) throw new Problem(words.tooLarge, false);
    return file;
  }
  const size = sizeToSend(bitmap);
  const isSmall = size.width === bitmap.width && file.size <= SMALL_BYTES;
  return isSmall && READ_TYPES.includes(file.type) ? file : encoded(bitmap, size, file);
}

/** @returns {Promise<Uint8Array>} at most 12 bytes; none of a folder, or of a file that is gone */
async function readStart(file) {
  const bytes = await file.slice(0, 12).arrayBuffer().catch(() => []);
  return new Uint8Array(bytes);
}

/** @param {{width: number, height: number}} size in pixels @returns {{width: number, height: number}} */
export function sizeToSend({ width, height }, longest_px = LONGEST_PX) {
  const scale = Math.min(1, longest_px / Math.max(width, height));
  return { width: Math.max(1, Math.round(scale * width)), height: Math.max(1, Math.round(scale * height)) };
}

/** @param {Uint8Array} start the first 12 bytes of a file */
export function isHeic(start) {
  const text = String.fromCharCode(...start.slice(4));
  return /^ftyp(hei|hev|mif1|msf1)/.test(text);
}

async function encoded(bitmap, { width, height }, { name, type }) {
  const canvas = new OffscreenCanvas(width, height);
  // As PNG, photographs of that many pixels have megabytes; browsers that do not write WebP write PNG.
  const newType = TRANSPARENT_TYPES.includes(type) ? "image/webp" : "image/jpeg";
  const context = canvas.getContext("2d");
  if (newType === "image/jpeg") {
    context.fillStyle = "#fff"; // under what is transparent, which would be black
    context.fillRect(0, 0, width, height);
  }
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const blob = await canvas.convertToBlob({ type: newType, quality: QUALITY });
  return new File([blob], name, { type: blob.type });
}
