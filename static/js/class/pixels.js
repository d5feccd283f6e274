/** The 784 pixels of digits as text: base64 of a byte each, 0 for paper to 255 for ink, row by row. */

export const PIXELS = 28 * 28;

/** @param {Uint8Array} pixels @returns {string} */
export const toBase64 = (pixels) => btoa(String.fromCharCode(...pixels));

/** @param {string} text @returns {Uint8Array} */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
