/** Decides when to ask: one question at a time, the newest last, older answers dropped. */

const PAUSE_MS = 120; // between two questions while drawing
const TIMEOUT_MS = 20_000;

export class Reader {
  /** The question that counts; its controller tells it from older ones. @type {AbortController?} */
  #running = null;
  #timer = 0;
  #isWaiting = false;

  /**
   * @template Answer
   * @param {(signal: AbortSignal) => Promise<Answer>} ask
   * @param {{onStart: () => void, onAnswer: (answer: Answer) => void,
   *   onProblem: (problem: Error) => void, onEnd: () => void}} listener
   */
  constructor(ask, listener) {
    this.ask = ask;
    this.listener = listener;
  }

  /** Asks at once and forgets whatever is being asked. */
  async readNow() {
    this.cancel();
    const question = new AbortController();
    this.#running = question;
    const isNewest = () => this.#running === question;
    const timeout = setTimeout(() => question.abort(), TIMEOUT_MS);
    this.listener.onStart();
    try {
      const answer = await this.ask(question.signal);
      if (isNewest()) this.listener.onAnswer(answer);
    } catch (problem) {
      if (isNewest()) this.listener.onProblem(problem);
    } finally {
      clearTimeout(timeout);
      if (isNewest()) this.#end();
    }
  }

  /** Asks soon, after the question that is running: on a slow network, answers still come. */
  readSoon() {
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      if (this.#running) this.#isWaiting = true;
      else this.readNow();
    }, PAUSE_MS);
  }

  /** Forgets what is being asked and what would be asked soon. */
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
