/** Sends many pictures, a few at once; one that a busy or absent server does not answer is sent again by itself. */

import { RequestQueue } from "../server/request_queue.js";

const AT_ONCE = 2;

export class Sender {
  isStopped = false;
  /** Ids of pictures to send. @type {number[]} */
  #waiting = [];
  /** What is sent side by side: the picture's id, and whether it waits to be sent again. @type {{id: number?, isWaiting: boolean, queue: RequestQueue}[]} */
  #lanes;

  /**
   * @template Answer
   * @param {(id: number, signal: AbortSignal, onProgress: (part: number) => void) => Promise<Answer>} request
   * @param {{onAnswer: (id: number, answer: Answer) => void,
   *   onProblem: (id: number, problem: import("../server/api_client.js").Problem) => void}} listener hears of a passing problem, too,
   *   after which the picture is sent again
   */
  constructor(request, listener) {
    this.#lanes = Array.from({ length: AT_ONCE }, () => this.#lane(request, listener));
  }

  /** @param {number[]} ids */
  add(ids) {
    this.#waiting.push(...ids);
    this.#fill();
  }

  /** Drops the requests under way; their pictures are the first to be sent later. */
  stop() {
    this.isStopped = true;
    const current = this.#lanes.map(({ id }) => id).filter((id) => id !== null);
    this.#waiting.unshift(...current);
    this.#cancel();
  }

  goOn() {
    this.isStopped = false;
    this.#fill();
  }

  /** Sends at once what waits because the server could not be reached. */
  resume() {
    for (const { isWaiting, queue } of this.#lanes) if (isWaiting) queue.readNext();
  }

  clear() {
    this.#waiting = [];
    this.#cancel();
  }

  #cancel() {
    for (const lane of this.#lanes) {
      Object.assign(lane, { id: null, isWaiting: false });
      lane.queue.cancel();
    }
  }

  #lane(request, { onAnswer, onProblem }) {
    const lane = { id: null, isWaiting: false };
    const finish = (report, content) => {
      const { id } = lane;
      lane.id = null;
      report(id, content);
      this.#fill();
    };
    lane.queue = new RequestQueue((signal, onProgress) => request(lane.id, signal, onProgress), {
      onStart: () => (lane.isWaiting = false),
      onAnswer: (answer) => finish(onAnswer, answer),
      onProblem: (problem) => {
        lane.isWaiting = problem.isPassing;
        if (problem.isPassing) onProblem(lane.id, problem);
        else finish(onProblem, problem);
      },
    });
    return lane;
  }

  #fill() {
    for (const lane of this.#lanes) {
      if (this.isStopped || this.#waiting.length === 0) return;
      if (lane.id !== null) continue;
      lane.id = this.#waiting.shift();
      lane.queue.readNext();
    }
  }
}
