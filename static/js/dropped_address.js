/** The picture at an address that is dragged into the page, such as a picture of another page. */

import { Problem } from "./api.js";
import { fetchPicture } from "./ui/files.js";
import { words } from "./sending_words.js";

const IMAGE_SOURCE = /<img\b[^>]*?\ssrc\s*=\s*["']([^"']+)/i;

/**
 * Returns the address that is dragged: of a picture, or else of a link.
 * @param {{getData: (type: string) => string}} dataTransfer
 * @returns {string?} null if what is dragged is none
 */
export function draggedAddress(dataTransfer) {
  const [, source] = dataTransfer.getData("text/html").match(IMAGE_SOURCE) ?? [];
  if (source) return source.replaceAll("&amp;", "&");
  const lines = dataTransfer.getData("text/uri-list").split(/\r?\n/);
  return lines.find((line) => line && !line.startsWith("#")) ?? null; // # begins a comment
}

/**
 * @param {string} address
 * @returns {Promise<File>}
 * @throws {Problem} if it is of another server, which the page may not ask, or of no picture
 */
export async function pictureAt(address) {
  const url = parsed(address);
  const isData = url?.protocol === "data:";
  if (!isData && url?.origin !== location.origin) throw new Problem(words.otherServer, false);
  const file = await (isData ? decoded(address) : fetchPicture(url.href, url.pathname.split("/").at(-1))).catch(() => null);
  if (!file?.type.startsWith("image/")) throw new Problem(words.noPictureThere, false);
  return file;
}

/** Returns what an address holds itself. The page may not fetch it, because it is of no server. */
async function decoded(address) {
  const [, type] = address.match(/^data:([^;,]*);base64,/i);
  const bytes = Uint8Array.from(atob(address.slice(address.indexOf(",") + 1)), (character) => character.charCodeAt(0));
  return new File([bytes], "picture", { type });
}

/** @returns {URL?} null for what is no address */
function parsed(address) {
  try {
    return new URL(address, location.href);
  } catch {
    return null;
  }
}
