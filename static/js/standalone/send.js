/** The standalone file's place of `send.js`: pictures are read here, and sent nowhere. */

import { respond } from "./requests.js";

/** As `send` of ../send.js; it is done before it could be aborted. */
export async function send(url, body) {
  const response = await respond(url, body);
  return { status: response.status, text: await response.text(), retryAfter: null };
}
