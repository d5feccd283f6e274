/** Decides when to send requests: one at a time, the newest last; outdated answers are dropped. */

const PAUSE_MS = 120; // between two requests while drawing
const TIMEOUT_MS = 20_000;

export class Reader {
  /** Controller of the newest request. @type {AbortController?} */
  #running = null;
  #timer = 0;
  #isWaiting = false;

  /**
   * @template Answer
   * @param {(signal: AbortSignal) => Promise<Answer>} request
   * @param {{onStart: () => void, onAnswer: (answer: Answer) => void,
   *   onProblem: (problem: Error) => void, onEnd: () => void}} listener
   */
  constructor(request, listener) {
    this.request = request;
    this.listener = listener;
  }

  /** Sends a request at once and cancels the one that is running. */
  async readNow() {
    this.cancel();
    const controller = new AbortController();
    this.#running = controller;
    const isNewest = () => this.#running === controller;
    const timeout = setTimeout(() => controller.abort(), TIMEOUT_MS);
    this.listener.onStart();
    try {
      const answer = await this.request(controller.signal);
      if (isNewest()) this.listener.onAnswer(answer);
    } catch (problem) {
      if (isNewest()) this.listener.onProblem(problem);
    } finally {
      clearTimeout(timeout);
      if (isNewest()) this.#end();
    }
  }

  /** Sends a request soon, after the one that is running: so answers come even on a slow network. */
  readSoon() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      if (this.#running) this.#isWaiting = true;
      else this.readNow();
    }, PAUSE_MS);
  }

  /** Cancels the running request and the one that would be sent soon. */
  cancel() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#isWaiting = false;
    this.#running?.abort();
    this.#running = null;
    this.listener.onEnd();
  }

  #end() {
    this.#running = null;
    this.listener.onEnd();
    if (this.#isWaiting) this.readNow();
  }
}
