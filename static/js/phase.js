/** The phase of a lesson that a teacher has begun, and the time that is left of it: kept in this tab. */

const KEY = "inkling-phase";
const TICK_MS = 1000;

/** @typedef {{number: string, endMs: number}} Phase its number in the plan, and when it ends */

/** @param {string} number @param {number} minutes */
export function beginPhase(number, minutes) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ number, endMs: Date.now() + minutes * 60_000 }));
  } catch {
    // the browser may forbid storage: the phase then has no clock
  }
}

/** @returns {Phase?} null before the first phase */
export function currentPhase() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

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
