/** Trains beside the page, so that the page can be drawn meanwhile: it answers calls. */

import { answerCalls } from "../ui/worker_calls.js";
import { parseLessonSet } from "./lesson_set.js";
import { Training, resultsOf } from "./training.js";

let lessonSet;
/** Those that may still learn on, by their numbers. @type {Map<number, Training>} */
const trainings = new Map();

answerCalls({
  load(buffer) {
    lessonSet = parseLessonSet(buffer);
  },
  /** Each training has a number. */
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
  /** Begins a new training with what another has learnt, and changes it. */
  disturb(id, from, disturbance) {
    trainings.set(id, trainings.get(from).fork());
    return trainings.get(id).disturb(disturbance);
  },
  heldBack: (id, networks) => trainings.get(id).readHeldBack(networks),
  results: (knobs, parameters) => resultsOf(knobs, parameters, lessonSet.test),
  /** Forgets all trainings but these. */
  keepOnly(ids) {
    for (const id of trainings.keys()) if (!ids.includes(id)) trainings.delete(id);
  },
});
