/** Asks the server for a training: waits in its queue, and says where. */

const MOST_WAIT_S = 2; // between two questions: a ticket that is not asked for loses its place after 10 s
const USUAL_WAIT_S = 2; // where the server does not say how long
const MOST_RETRIES = { atFirst: 1, later: 10 }; // while it does not answer: it may be restarted while one waits
const IS_WAIT = /^\d{1,4}$/; // seconds

/**
 * Why there is no run.
 * @typedef {"off" | "unreachable" | "refused" | "unreadable"} Reason training is switched off; the server does not answer;
 *   it refuses this request, for it has a fault; what it answers is no run
 */
export class NoRun extends Error {
  /** @param {Reason} reason @param {string} detail of the server, to be shown */
  constructor(reason, detail = "") {
    super(detail);
    this.reason = reason;
  }
}

/**
 * @param {object} body of the request
 * @param {{signal: AbortSignal, onWait: (state: {place?: number, seconds: number}) => void,
 *   send?: typeof fetch, sleep?: (ms: number, signal: AbortSignal) => Promise<void>}} options onWait gets the place in the
 *   queue and the seconds that the server expects; without a place the queue is full, the server wants no request, or it
 *   does not answer now
 * @returns {Promise<any>} the answer
 * @throws {NoRun}
 * @throws {DOMException} AbortError
 */
export async function requestTraining(body, { signal, onWait, send = fetch, sleep = pause }) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal };
  let [ticket, retries, mostRetries] = [null, 0, MOST_RETRIES.atFirst];
  for (;;) {
    const query = ticket === null ? "" : `?${new URLSearchParams({ ticket })}`;
    const response = await ask(send, `training${query}`, options);
    if (isAnswer(response)) [retries, mostRetries] = [0, MOST_RETRIES.later];
    else if (retries++ >= mostRetries) throw new NoRun("unreachable");
    const wait = await waitAfter(response);
    if (!wait) return result(response);
    ticket = wait.ticket ?? (isAnswer(response) ? null : ticket);
    onWait(wait);
    await sleep(1000 * Math.min(wait.seconds, ticket === null ? Infinity : MOST_WAIT_S), signal);
  }
}

/** @returns {Promise<Response?>} null if the server cannot be reached */
async function ask(send, url, options) {
  try {
    return await send(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return null;
  }
}

/** A proxy answers so for a server that is not there; with Retry-After it is the server itself, which is busy. */
const isAnswer = (response) => Boolean(response) && !(isGatewayError(response.status) && !retryAfter(response));

const isGatewayError = (status) => [502, 503, 504].includes(status);

const retryAfter = ({ headers }) => (IS_WAIT.test(headers.get("Retry-After")) ? Number(headers.get("Retry-After")) : 0);

/** @returns {Promise<{ticket?: string, place?: number, seconds: number}?>} null when there is nothing to wait for */
async function waitAfter(response) {
  if (!isAnswer(response)) return { seconds: USUAL_WAIT_S };
  if (response.status === 202) {
    const { ticket, place, seconds } = (await parsed(response)) ?? {};
    if (typeof ticket !== "string" || !(seconds >= 0)) throw new NoRun("unreadable");
    return { ticket, place, seconds };
  }
  const isBusy = [429, 503].includes(response.status);
  return isBusy ? { seconds: retryAfter(response) || USUAL_WAIT_S } : null;
}

async function result(response) {
  const content = await parsed(response);
  if (response.status === 200 && content) return content;
  if (response.status === 403) throw new NoRun("off", content?.detail);
  if (typeof content?.detail === "string") throw new NoRun("refused", content.detail);
  throw new NoRun("unreadable");
}

/** @returns {Promise<any>} null for what is no JSON, and for an answer that broke off */
async function parsed(response) {
  try {
    return await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return null;
  }
}

/** Waits, unless it is aborted meanwhile. @returns {Promise<void>} */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", end);
      resolve();
    }, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
