/** Files and bytes: fetched, saved, and as the text of data URLs and JSON. */

const AT_ONCE = 8192; // arguments of a call, which browsers limit

/** @param {string} text @returns {Uint8Array} @throws {Error} if it is not base64 */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** @param {Uint8Array} bytes @returns {string} */
export function toBase64(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += AT_ONCE) {
    text += String.fromCharCode(...bytes.subarray(start, start + AT_ONCE));
  }
  return btoa(text);
}

/** @param {Blob} blob @returns {Promise<string>} */
export const toDataUrl = async (blob) => `data:${blob.type};base64,${toBase64(new Uint8Array(await blob.arrayBuffer()))}`;

/** @param {string} url of data @returns {Blob} */
export function toBlob(url) {
  const [head, base64] = url.split(",");
  return new Blob([fromBase64(base64)], { type: head.match(/^data:([^;]*)/)[1] });
}

/** @param {string} url of data @returns {File} */
export function toFile(url, name = "reading") {
  const blob = toBlob(url);
  return new File([blob], name, { type: blob.type });
}

/** @param {string} address @param {RequestInit} [options] @returns {Promise<Response>} @throws {Error} if it is none, or a problem */
export async function fetchOk(address, options) {
  const response = await fetch(address, options);
  if (!response.ok) throw new Error(response.statusText);
  return response;
}

/**
 * @param {(arrived: number, total: number) => void} [onProgress] gets how many bytes have arrived, and how many are sent, 0 where that
 *   is not known; of what is sent compressed more arrive
 * @returns {Promise<ArrayBuffer>} @throws {Error} as `fetchOk`
 */
export async function fetchBytes(address, onProgress = () => {}) {
  const response = await fetchOk(address);
  const total = Number(response.headers.get("Content-Length"));
  let arrived = 0;
  const counted = new TransformStream({
    transform(part, stream) {
      onProgress((arrived += part.byteLength), total);
      stream.enqueue(part);
    },
  });
  return new Response(response.body.pipeThrough(counted)).arrayBuffer();
}

/** @param {string} address @param {string} name @returns {Promise<File>} as if the user had chosen it @throws {Error} */
export async function fetchPicture(address, name) {
  const blob = await (await fetchOk(address)).blob();
  return new File([blob], name, { type: blob.type });
}

const TYPES = { csv: "text/csv", json: "application/json" };

/**
 * Saves a file on the user's machine; nothing of it is sent.
 * @param {string} name such as "digits.csv"
 * @param {() => BlobPart | Promise<BlobPart>} make what is in it
 */
export async function save(name, make) {
  const url = URL.createObjectURL(new Blob([await make()], { type: TYPES[name.split(".").at(-1)] }));
  Object.assign(document.createElement("a"), { href: url, download: fileName(name, new Date()) }).click();
  setTimeout(() => URL.revokeObjectURL(url)); // the browser has begun to read it by then
}

/** @param {string} name such as "digits.csv" @param {Date} date @returns {string} such as "inkling-2026-11-26-digits.csv" */
export const fileName = (name, date) => `inkling-${date.toLocaleDateString("sv")}-${name}`; // as in ISO 8601, by the local clock
