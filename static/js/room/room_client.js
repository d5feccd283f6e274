/** Asks the server about a room, from a phone or from the page that opened it. */

import { parse, Problem } from "../server/api_client.js";
import { words } from "../server/sending_words.js";
import { language } from "../ui/translate.js";

/**
 * @typedef {{number: number, digit: number, image: string?, readings: import("../class/sheets.js").Reading[]}} RoomDigit its image is
 *   null where it was taken back
 * @typedef {{version: number, phones: number, seconds_left: number, digits: RoomDigit[], photographs: number[]}} Arrivals
 */

/** The problem of a room that has ended. */
export const UNKNOWN_ROOM = "urn:inkling:unknown-room";

/** @returns {Promise<{code: string, key: string, seconds_left: number}>} a new room @throws {Problem} */
export const openRoom = () => ask("room", { method: "POST" }, ({ code, key }) => code && key);

/** Erases a room and all that it holds, if it is still there. @throws {Problem} */
export async function eraseRoom(room) {
  const response = await request(addressOf("room", room), { method: "DELETE", key: room.key });
  if (!response.ok && response.status !== 404) await read(response, () => false);
}

/**
 * @param {{code: string, key: string}} room @param {number} since the version that the page has: what came until then is erased
 * @returns {Promise<Arrivals?>} what came after it; null where that is nothing @throws {Problem}
 */
export async function requestArrivals(room, since, signal) {
  const headers = { "If-None-Match": `"${since}"` };
  const response = await request(addressOf("room", room, { since }), { key: room.key, headers, signal });
  return response.status === 304 ? null : read(response, ({ digits, photographs }) => digits && photographs);
}

/** @param {number} version that the photograph came with @returns {Promise<File>} @throws {Problem} */
export async function requestPhotograph(room, version, signal) {
  const response = await request(addressOf("room/photograph", room, { version }), { key: room.key, signal });
  if (!response.ok) return read(response, () => false);
  const blob = await response.blob();
  return new File([blob], `phone-${version}`, { type: blob.type });
}

/**
 * Sends a phone's drawing of a digit, or takes it back.
 * @param {{code: string, key: string}} phone @param {Blob?} picture null to take it back
 * @returns {Promise<{number: number, waiting_s: number}>} of the phone, and how long the oldest of what it sent waits @throws {Problem}
 */
export const sendDigit = (phone, digit, picture, signal) =>
  ask(addressOf("room/digit", phone, { digit }), { method: picture ? "POST" : "DELETE", key: phone.key, body: picture, signal }, isJoined);

/** Sends a photograph to the page of a room. @param {File} file @returns {Promise<{number: number}>} @throws {Problem} */
export const sendPhotograph = (phone, file, signal) =>
  ask(addressOf("room/photograph", phone), { method: "POST", key: phone.key, body: file, signal }, isJoined);

const isJoined = ({ number }) => number > 0;

function addressOf(path, { code }, parameters = {}) {
  const query = new URLSearchParams({ code, ...parameters });
  if (language !== "en") query.set("lang", language);
  return `${path}?${query}`;
}

const ask = async (address, options, isComplete) => read(await request(address, options), isComplete);

async function request(address, { method = "GET", key = "", headers = {}, body = null, signal }) {
  try {
    return await fetch(address, { method, headers: { ...headers, "X-Room-Key": key }, body, signal });
  } catch {
    throw new Problem(words.noAnswer, false, { isFault: false, isPassing: true });
  }
}

async function read(response, isComplete) {
  const retryAfter = response.headers.get("Retry-After");
  return parse({ status: response.status, text: await response.text(), retryAfter }, (content) => Boolean(content && isComplete(content)));
}
