/** The large view for a class before a projector, and the phase of the lesson that a teacher has begun: both outlast a reload. */

import { cover, storeInAddress, uncover, writeTo } from "../state.js";
import { keepInTab, loadFromTab } from "../ui/store.js";

/**
 * During a teacher's lesson a link leads back to the plan.
 *
 * @param {HTMLButtonElement} button begins and ends it; Escape and the browser's Back end it, too
 */
export function listenForProjector(button) {
  const end = () => show(false);
  const show = (mustProject) => {
    if (mustProject) cover(end);
    document.documentElement.toggleAttribute("data-projector", mustProject);
    storeInAddress({ projector: mustProject });
    if (!mustProject) uncover(end);
  };
  const phase = currentPhase();
  const toPlan = document.querySelector(".plan-link");
  toPlan.hidden = !phase;
  if (phase) {
    showTimeLeft(toPlan.querySelector(".time"), phase);
    const address = new URL(toPlan.href);
    writeTo(address.searchParams, { present: phase.number[0] });
    toPlan.href = address;
  }
  if (isProjected()) cover(end, { isByUser: false });
  button.addEventListener("click", () => show(!isProjected()));
  document.addEventListener("keydown", ({ key, defaultPrevented }) => {
    if (key === "Escape" && !defaultPrevented && isProjected()) show(false);
  });
}

export const isProjected = () => document.documentElement.hasAttribute("data-projector");

const PHASE_KEY = "inkling-phase";
const TICK_MS = 1000;

/** @typedef {{number: string, endMs: number}} Phase its number, such as "1-2" for the second phase of the first lesson, and when it ends */

export const beginPhase = (number, minutes) => keepInTab(PHASE_KEY, { number, endMs: Date.now() + minutes * 60_000 });

/** @returns {Phase?} null before the first phase */
export const currentPhase = () => loadFromTab(PHASE_KEY);

/** Shows the time that is left, and goes on doing so. @param {HTMLElement} element @param {Phase} phase */
export function showTimeLeft(element, { endMs }) {
  const show = () => {
    const seconds = Math.max(0, Math.round((endMs - Date.now()) / 1000));
    element.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    element.classList.toggle("is-over", seconds === 0);
  };
  show();
  return setInterval(show, TICK_MS);
}
