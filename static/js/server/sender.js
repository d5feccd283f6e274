/** Sends many pictures, a few at once; one that a busy or absent server does not answer is sent again by itself. */

import { RequestQueue } from "./request_queue.js";

/** @template Item what tells pictures from each other */
export class Sender {
  isStopped = false;
  #waiting = [];
  /** What is sent side by side: the picture, and whether it waits to be sent again. */
  #lanes;

  /**
   * @param {(item: Item, signal: AbortSignal, onProgress: (part: number) => void) => Promise<object>} request
   * @param {{onProgress?: (item: Item, part: number) => void, onAnswer: (item: Item, answer: object) => void,
   *   onProblem: (item: Item, problem: import("./api_client.js").Problem) => void}} listener is also called for a passing problem, after
   *   which the picture is sent again
   */
  constructor(request, listener, atOnce) {
    this.#lanes = Array.from({ length: atOnce }, () => this.#lane(request, listener));
  }

  /** @param {Item[]} items of which those that wait or are under way are not sent twice */
  add(items) {
    const known = new Set([...this.#waiting, ...this.#lanes.map(({ item }) => item)]);
    this.#waiting.push(...items.filter((item) => !known.has(item)));
    this.#fill();
  }

  addFirst(item) {
    this.#waiting.unshift(item);
    this.#fill();
  }

  /** Drops the requests under way; their pictures are the first to be sent later. */
  stop() {
    this.isStopped = true;
    const current = this.#lanes.map(({ item }) => item).filter((item) => item !== null);
    this.#waiting.unshift(...current);
    this.#lanes.forEach(leave);
  }

  goOn() {
    this.isStopped = false;
    this.#fill();
  }

  /** Sends at once what waits because the server could not be reached. */
  resume() {
    for (const { isWaiting, queue } of this.#lanes) if (isWaiting) queue.readNext();
  }

  remove(item) {
    this.#waiting = this.#waiting.filter((other) => other !== item);
    this.#lanes.filter((lane) => lane.item === item).forEach(leave);
    this.#fill();
  }

  clear() {
    this.#waiting = [];
    this.#lanes.forEach(leave);
  }

  #lane(request, { onProgress, onAnswer, onProblem }) {
    const lane = { item: null, isWaiting: false };
    const finish = (report, content) => {
      const { item } = lane;
      lane.item = null;
      report(item, content);
      this.#fill();
    };
    lane.queue = new RequestQueue((signal, onPart) => request(lane.item, signal, onPart), {
      onStart: () => (lane.isWaiting = false),
      onProgress: (part) => onProgress?.(lane.item, part),
      onAnswer: (answer) => finish(onAnswer, answer),
      onProblem: (problem) => {
        lane.isWaiting = problem.isPassing;
        if (problem.isPassing) onProblem(lane.item, problem);
        else finish(onProblem, problem);
      },
    });
    return lane;
  }

  #fill() {
    for (const lane of this.#lanes) {
      if (this.isStopped || this.#waiting.length === 0) return;
      if (lane.item !== null) continue;
      lane.item = this.#waiting.shift();
      lane.queue.readNext();
    }
  }
}

function leave(lane) {
  Object.assign(lane, { item: null, isWaiting: false });
  lane.queue.cancel();
}
