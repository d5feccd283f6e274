/** Trains beside the page, so that the page can be drawn meanwhile: takes calls as messages, answers each with its result. */

import { PIXELS } from "../network/article.js";
import { parseLessonSet } from "./lesson_set.js";
import { Training, resultsOf } from "./training.js";

const EXAMPLE = 7; // of the test digits, for a page on which nothing is drawn

/** @type {import("./lesson_set.js").LessonSet} */
let lessonSet;
/** Those that may still learn on, by their numbers. @type {Map<number, Training>} */
const trainings = new Map();

const calls = {
  load(buffer) {
    lessonSet = parseLessonSet(buffer);
    return { pixels: lessonSet.test.inputs.slice(EXAMPLE * PIXELS, (EXAMPLE + 1) * PIXELS), label: lessonSet.test.labels[EXAMPLE] };
  },
  begin(id, knobs) {
    const training = new Training(knobs, lessonSet);
    trainings.set(id, training);
    return { frame: training.measure(), firstExample: training.firstExample };
  },
  advance: (id) => trainings.get(id).advance(),
  change(id, knobs) {
    trainings.get(id).change(knobs);
    return trainings.get(id).measure();
  },
  disturb(id, from, disturbance) {
    trainings.set(id, trainings.get(from).fork());
    return trainings.get(id).disturb(disturbance);
  },
  heldBack: (id, networks) => trainings.get(id).readHeldBack(networks),
  results: (hidden, parameters) => resultsOf(hidden, parameters, lessonSet.test),
  forget(ids) {
    for (const id of trainings.keys()) if (!ids.includes(id)) trainings.delete(id);
  },
};

globalThis.onmessage = ({ data: { ticket, name, values } }) => {
  try {
    globalThis.postMessage({ ticket, value: calls[name](...values) });
  } catch (error) {
    globalThis.postMessage({ ticket, error: String(error) });
  }
};
