/**
 * Decides when to send requests: one at a time, and of all that has changed meanwhile only the newest. Where the server
 * is busy or cannot be reached, the newest is sent again by itself.
 */

const FIRST_PAUSE_MS = 300; // before the first request while drawing; each later one takes twice as long
const FIRST_RETRY_MS = 1000; // likewise while the server gives no answer
const MAX_RETRY_MS = 8000;
const TIMEOUT_MS = 20_000; // in which nothing of a request or its answer has passed

export class RequestQueue {
  /** Controller of the request under way. @type {AbortController?} */
  #running = null;
  #hasNewer = false; // to send after the request under way, or when the server allows it
  #soon = 0; // timer, as are the next two
  #retry = 0;
  #block = 0; // while the server wants no request
  /** Why it wants none. @type {import("./api_client.js").Problem?} */
  #refusal = null;
  #pause_ms = FIRST_PAUSE_MS;
  #retry_ms = FIRST_RETRY_MS;
  #isAnswered = false; // whether the answer that is shown is to what is read, though perhaps not to all of it

  /**
   * @template Answer
   * @param {(signal: AbortSignal, onProgress: (part: number) => void) => Promise<Answer>} request of what there is when
   *   it is called; says which part of it has been sent, 0..1
   * @param {{onStart?: () => void, onProgress?: (part: number) => void, onEnd?: () => void,
   *   onAnswer: (answer: Answer, isOutdated: boolean) => void,
   *   onProblem: (problem: import("./api_client.js").Problem, keepsAnswer: boolean) => void}} listener
   */
  constructor(request, listener) {
    this.request = request;
    this.listener = listener;
  }

  /** Sends a request soon, because a stroke is being drawn: the longer it takes, the more rarely. */
  readSoon() {
    this.#soon ||= setTimeout(() => {
      this.#pause_ms *= 2;
      this.readNext();
    }, this.#pause_ms);
  }

  /** Sends a request at once, or after the one under way: the same drawing has a stroke more or less. */
  readNext() {
    this.#soon = stop(this.#soon);
    this.#hasNewer = true;
    if (!this.#running) this.#send();
  }

  /** Sends a request at once instead of the one under way: what is to be read is another. */
  readNow() {
    this.cancel();
    this.readNext();
  }

  /** Drops the request under way and the one that would be sent next. */
  cancel() {
    this.#soon = stop(this.#soon);
    this.#retry = stop(this.#retry);
    this.#pause_ms = FIRST_PAUSE_MS;
    this.#hasNewer = this.#isAnswered = false;
    this.#running?.abort();
    this.#running = null;
    this.listener.onEnd?.();
  }

  async #send() {
    if (this.#block) {
      this.listener.onProblem(this.#refusal, this.#isAnswered);
      return;
    }
    this.#retry = stop(this.#retry);
    this.#hasNewer = false;
    const controller = new AbortController();
    this.#running = controller;
    const isRunning = () => this.#running === controller;
    const startTimeout = () => setTimeout(() => controller.abort(), TIMEOUT_MS);
    let timeout = startTimeout();
    const onProgress = (part) => {
      clearTimeout(timeout);
      timeout = startTimeout();
      if (isRunning()) this.listener.onProgress?.(part);
    };
    this.listener.onStart?.();
    try {
      const answer = await this.request(controller.signal, onProgress);
      if (!isRunning()) return;
      this.#isAnswered = true;
      this.#retry_ms = FIRST_RETRY_MS;
      this.listener.onAnswer(answer, this.#hasNewer);
    } catch (problem) {
      if (isRunning()) this.#takeProblem(problem);
    } finally {
      clearTimeout(timeout);
      if (isRunning()) {
        this.#running = null;
        this.listener.onEnd?.();
        if (this.#hasNewer && !this.#block) this.#send();
      }
    }
  }

  #takeProblem(problem) {
    this.#isAnswered &&= problem.isPassing;
    if (problem.wait_s) {
      this.#refusal = problem;
      this.#hasNewer = true; // to be sent when the server allows it
      this.#block = setTimeout(() => {
        this.#block = 0;
        if (this.#hasNewer) this.#send();
      }, 1000 * problem.wait_s);
    } else if (problem.isPassing) {
      this.#retry = setTimeout(() => this.readNext(), this.#retry_ms);
      this.#retry_ms = Math.min(2 * this.#retry_ms, MAX_RETRY_MS);
    }
    this.listener.onProblem(problem, this.#isAnswered);
  }
}

/** Stops a timer. @returns {number} that none is running */
function stop(timer) {
  clearTimeout(timer);
  return 0;
}
