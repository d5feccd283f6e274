/** Bytes as text, as JSON holds them. */

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
