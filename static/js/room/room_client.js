/** Asks the server about a room, from a phone or from the page that opened it. */

import { addressOf, parse, Problem } from "../server/api_client.js";
import { words } from "../server/sending_words.js";

/**
 * @typedef {{number: number, digit: number, image: string?, readings: import("../class/sheets.js").Reading[]}} RoomDigit its image is
 *   null where it was taken back
 * @typedef {{version: number, phones: number, seconds_left: number, digits: RoomDigit[], photographs: number[]}} Arrivals
 */

/** The problem of a room that has ended. */
export const UNKNOWN_ROOM = "urn:inkling:unknown-room";

/** The problems of a room, which no other drawing solves. */
export const OF_ROOM = [UNKNOWN_ROOM, "urn:inkling:room-full"];

const KEY_BYTES = 16;
const NOT_FOUND = 404;
const UNCHANGED = 304;

/** @returns {string} a random key, which no other page or phone has and which cannot be guessed */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(KEY_BYTES)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** @param {string} key of the page @returns {Promise<{code: string, seconds_left: number}>} a new room @throws {Problem} */
export const openRoom = async (key) => parsed(await request("room", { method: "POST", key }), ({ code }) => code);

/** Erases a room and all that it holds, if it is still there. @throws {Problem} */
export async function eraseRoom(room) {
  const response = await request(addressOf("room", { code: room.code }), { method: "DELETE", key: room.key });
  if (!response.ok && response.status !== NOT_FOUND) await parsed(response, () => false);
}

/**
 * @param {{code: string, key: string}} room @param {number} since the version that the page has: what came until then is erased
 * @returns {Promise<Arrivals?>} what came after it; null where that is nothing @throws {Problem}
 */
export async function requestArrivals(room, since, signal) {
  const headers = { "If-None-Match": `"${since}"` };
  const response = await request(addressOf("room", { code: room.code, since }), { key: room.key, headers, signal });
  return response.status === UNCHANGED ? null : parsed(response, ({ digits, photographs }) => digits && photographs);
}

/** @param {number} version that the photograph came with @returns {Promise<File>} @throws {Problem} */
export async function requestPhotograph(room, version, signal) {
  const response = await request(addressOf("room/photograph", { code: room.code, version }), { key: room.key, signal });
  if (!response.ok) await parsed(response, () => false);
  return new File([response.body], `phone-${version}`, { type: response.body.type });
}

/**
 * Sends a phone's drawing of a digit, or takes it back.
 * @param {{code: string, key: string}} phone @param {Blob?} picture null to take it back
 * @returns {Promise<{number: number, waiting_s: number}>} of the phone, and how long the oldest of what it sent waits @throws {Problem}
 */
export const sendDigit = async (phone, digit, picture, signal) =>
  parsed(await request(addressOf("room/digit", { code: phone.code, digit }), send(phone, picture, signal)), isJoined);

/** Sends a photograph to the page of a room. @param {File} file @returns {Promise<{number: number}>} @throws {Problem} */
export const sendPhotograph = async (phone, file, signal) =>
  parsed(await request(addressOf("room/photograph", { code: phone.code }), send(phone, file, signal)), isJoined);

const send = ({ key }, body, signal) => ({ method: body ? "POST" : "DELETE", key, body, signal });

const isJoined = ({ number }) => number > 0;

/** @returns {Promise<{ok: boolean, status: number, retryAfter: string?, body: Blob}>} @throws {Problem} where it does not arrive whole */
async function request(address, { method = "GET", key, headers = {}, body = null, signal }) {
  try {
    const response = await fetch(address, { method, headers: { ...headers, "X-Room-Key": key }, body, signal });
    const { ok, status } = response;
    return { ok, status, retryAfter: response.headers.get("Retry-After"), body: await response.blob() };
  } catch {
    throw new Problem(words.noAnswer, false, { isFault: false, isPassing: true });
  }
}

const parsed = async ({ status, retryAfter, body }, isComplete) =>
  parse({ status, text: await body.text(), retryAfter }, (content) => Boolean(content && isComplete(content)));
