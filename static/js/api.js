/** Asks the server which digit a picture shows. */

import { words } from "./words.js";

/**
 * @typedef {{name: string, shape: number[], outputs: number[]}} Layer
 * @typedef {{digit: number, confidence: number, certain: boolean, message: string,
 *   activations: number[], model: string, image: string, layers?: Layer[]}} Answer
 */

/** Why there is no answer, in words for the user. */
export class Problem extends Error {
  /**
   * @param {{title: string, detail: string}} words
   * @param {boolean} isWorthRetrying false when the same picture would fail again
   */
  constructor({ title, detail }, isWorthRetrying) {
    super(detail);
    this.title = title;
    this.isWorthRetrying = isWorthRetrying;
  }
}

/**
 * @param {Blob} picture a File is sent as an uploaded form field, a drawing as it is
 * @param {{model: string, isExplained: boolean, signal: AbortSignal}} options
 * @returns {Promise<Answer>}
 * @throws {Problem}
 */
export async function predict(picture, { model, isExplained, signal }) {
  const query = new URLSearchParams({ model });
  if (isExplained) query.set("explain", "1");
  return read(await send(`predict?${query}`, asBody(picture), signal));
}

function asBody(picture) {
  if (!(picture instanceof File)) return picture;
  const form = new FormData();
  form.set("image", picture);
  return form;
}

async function send(url, body, signal) {
  try {
    const response = await fetch(url, { method: "POST", body, signal });
    return { status: response.status, text: await response.text() };
  } catch {
    if (signal.aborted) throw new Problem(words.tooSlow, true);
    throw new Problem(body instanceof FormData ? words.noAnswerToFile : words.noAnswer, true);
  }
}

/** @returns {Answer} */
function read({ status, text }) {
  let content;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Problem(words.notUnderstood, true);
  }
  if (status !== 200) throw new Problem({ ...words.notUnderstood, ...content }, status >= 500);
  return content;
}
