/** Sends a picture to the server, and returns what it shows: one digit or a number. */

import { isStandalone, language } from "../ui/translate.js";
import { words } from "./sending_words.js";

/**
 * @typedef {{name: string, caption: string, image: string}} Stage of a picture on its way to ink
 * @typedef {[number, number, number, number]} Box left, top, width and height in pixels of the picture
 * @typedef {{digit: number, confidence: number, certain: boolean, doubt: string?, activations: number[],
 *   image: string}} Digit
 * @typedef {Digit & {line: number, box: Box}} DetectedDigit
 * @typedef {{certain: boolean, certain_from?: number?, message: string, left_out: {box: Box, why: string}[], width: number,
 *   height: number, model: string, stages?: Stage[],
 *   strips?: import("../columns/heard.js").Strip[], number: string, text: string, lines: string[],
 *   digits: DetectedDigit[], doubtful_signs: {what: "mark" | "gap" | "missing_sign"}[],
 *   text_apart: string?}} Answer to one digit or several; apart is its text if doubtful gaps separate numbers
 * @typedef {{layout: {pupils: number, first_pupil: number, page: number}, width: number, height: number, message: string,
 *   boxes: {pupil: number, label: number, is_empty: boolean, corners: [number, number][], image: string?,
 *   cut_out: string, readings: object[]}[]}} SheetAnswer
 */

const IS_WAIT = /^\d{1,6}$/; // seconds; not a date, and no more than timers can wait
const IS_PATTERN = /[\\[\]{}?*+]/; // no text of digits, points, commas and minus signs has these
const GATEWAY_ERRORS = [502, 503, 504]; // of a proxy before a server that is not there

/** Why there is no answer, for the user. */
export class Problem extends Error {
  /**
   * @param {{title: string, detail: string, type?: string}} texts for the user, with the type of the server's problem
   * @param {boolean} isWorthRetrying false when the same picture would fail again
   * @param {boolean} [kind.isFault] false for a picture that was read in vain, and while waiting: nothing is wrong then
   * @param {boolean} [kind.isPassing] whether the same request may succeed later, without anyone's doing
   * @param {number} [kind.wait_s] seconds in which the server wants no other request
   */
  constructor({ title, detail, type = "" }, isWorthRetrying, { isFault = true, isPassing = false, wait_s = 0 } = {}) {
    super(detail);
    Object.assign(this, { title, type, isWorthRetrying, isFault, isPassing, wait_s });
  }

  /** Title and message, in sentences. */
  get text() {
    return `${this.title.replace(/\.$/, "")}. ${this.message}`.trim();
  }
}

/**
 * @param {Blob} picture a File is sent as a form field, a drawing as the body itself
 * @param {{model: string, explain?: string?, allowed?: string, risk?: string, signal: AbortSignal,
 *   onProgress: (part: number) => void}} options explain: "stages" or "strips" to add them; allowed: what a line may hold, a pattern, or
 *   texts with spaces between
 * @returns {Promise<Answer>}
 * @throws {Problem}
 */
export async function requestAnswer(picture, { model, explain = null, allowed = "", risk = "", signal, onProgress }) {
  const isPattern = IS_PATTERN.test(allowed);
  const address = addressOf("read", { model, explain, risk, pattern: isPattern ? allowed.trim() : null });
  const body = asBody(picture, isPattern ? [] : allowed.split(/\s+/).filter(Boolean));
  return parse(await post(address, body, signal, onProgress), isAnswer);
}

/** Reads a photograph of a class sheet. @returns {Promise<SheetAnswer>} @throws {Problem} */
export async function requestSheet(photograph, { signal, onProgress }) {
  return parse(await post(addressOf("sheet"), asBody(photograph), signal, onProgress), isSheet);
}

/** @param {object} [parameters] those that are null or empty are left out @returns {string} of a route that answers in the page's language */
export function addressOf(path, parameters = {}) {
  const given = Object.entries({ ...parameters, lang: language === "en" ? null : language });
  const query = new URLSearchParams(given.filter(([, value]) => value !== null && value !== ""));
  return query.size > 0 ? `${path}?${query}` : path;
}

/** The type of the problem of a picture that shows a class sheet. */
export const CLASS_SHEET = "urn:inkling:class-sheet";

function asBody(picture, allowed = []) {
  if (!(picture instanceof File) && allowed.length === 0) return picture;
  const form = new FormData();
  form.set("image", picture);
  if (allowed.length > 0) form.set("allowed", allowed.join("\n"));
  return form;
}

/** @throws {Problem} when the server does not answer, or too late */
async function post(url, body, signal, onProgress) {
  if (signal.aborted) throw new Problem(words.timeout, true); // while the picture was made smaller
  return send(url, body, signal, onProgress).catch(({ isAborted }) => {
    throw isAborted ? new Problem(words.timeout, true) : passing(words.noAnswer);
  });
}

/**
 * Returns what the server has answered.
 * @param {{status: number, text: string, retryAfter: string?}} response with its header
 * @param {(content: any) => boolean} isComplete whether an answer has what the page shows of it
 * @throws {Problem} if it is none, or that of a server of another version
 */
export function parse({ status, text, retryAfter }, isComplete) {
  const wait_s = IS_WAIT.test(retryAfter) ? Number(retryAfter) : 0;
  if (wait_s) throw passing(words.wait(wait_s), wait_s);
  if (GATEWAY_ERRORS.includes(status)) throw passing(words.noAnswer);
  const content = parsed(text);
  if (status === 200 && isComplete(content)) return content;
  const isProblem = status !== 200 && isText(content?.title) && isText(content.detail);
  if (!isProblem) throw new Problem(words.unreadableAnswer, true);
  throw new Problem(content, status >= 500, { isFault: status !== 422 });
}

/** @returns {any} null for a text that is no JSON: a proxy may answer in HTML */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isText = (value) => typeof value === "string";

/** @param {any} content @returns {boolean} whether it is an answer to one digit or several */
export function isAnswer(content) {
  const { text, message, digits, left_out } = content ?? {};
  if (!isText(text) || !isText(message) || !Array.isArray(digits) || !Array.isArray(left_out)) return false;
  const isFound = ({ activations, box }) => activations?.length === 10 && box?.length === 4;
  return digits.length > 0 && digits.every(isFound);
}

/** @param {any} content @returns {boolean} whether it is an answer to a class sheet */
function isSheet(content) {
  const { layout, width, height, boxes } = content ?? {};
  const isBox = ({ corners, readings }) => corners?.length === 4 && Array.isArray(readings);
  return Boolean(layout && width && height) && Array.isArray(boxes) && boxes.every(isBox);
}

/** @returns {Problem} that passes without anyone's doing, and so is no fault */
function passing(texts, wait_s = 0) {
  return new Problem(texts, false, { isFault: false, isPassing: true, wait_s });
}

/**
 * Sends a request and says how much of it has been sent, which fetch does not. The standalone file answers what is fetched.
 * @returns {Promise<{status: number, text: string, retryAfter: string?}>} retryAfter is the response's header
 * @throws {{isAborted: boolean}} when there is no answer
 */
async function send(url, body, signal, onProgress) {
  if (isStandalone) {
    const response = await fetch(url, { method: "POST", body });
    return { status: response.status, text: await response.text(), retryAfter: null };
  }
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onload = () => {
      const retryAfter = request.getResponseHeader("Retry-After");
      resolve({ status: request.status, text: request.responseText, retryAfter });
    };
    request.onerror = () => reject({ isAborted: false });
    request.onabort = () => reject({ isAborted: true });
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
