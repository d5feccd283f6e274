/** Requests that a test answers, in place of a server's, and why there is no answer. */

import { Problem } from "../../../static/js/server/api_client.js";

const TEXTS = { title: "No.", detail: "Not a picture." };
export const REFUSED = new Problem(TEXTS, false);
export const OFFLINE = new Problem(TEXTS, false, { isPassing: true });
export const BUSY = new Problem(TEXTS, false, { isPassing: true, wait_s: 5 });

/** Waits until promises that are settled have been handled. */
export const settled = () => new Promise((resolve) => process.nextTick(() => setImmediate(resolve)));

export class Requests {
  all = [];

  request = (item, signal, onProgress) =>
    new Promise((resolve, reject) => this.all.push({ item, signal, onProgress, resolve, reject }));

  get items() {
    return this.all.map(({ item }) => item);
  }

  async answer(answer, place = -1) {
    this.all.at(place).resolve(answer);
    await settled();
  }

  async fail(problem, place = -1) {
    this.all.at(place).reject(problem);
    await settled();
  }
}
