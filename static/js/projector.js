/** The page as a class before a projector needs it: its state is in the address. */

import { storeInAddress } from "./address.js";
import { cover, uncover } from "./cover.js";
import { currentPhase, showTimeLeft } from "./phase.js";

const QUERY = "projector";

/**
 * During a teacher's lesson a link beside the button leads back to the plan.
 *
 * @param {HTMLButtonElement} button begins and ends it; Escape and the browser's Back end it, too
 */
export function listenForProjector(button) {
  const root = document.documentElement;
  const isProjected = () => root.hasAttribute("data-projector");
  const end = () => show(false);
  const show = (mustProject) => {
    if (mustProject) cover(end);
    root.toggleAttribute("data-projector", mustProject);
    storeInAddress({ [QUERY]: mustProject ? "" : null });
    if (!mustProject) uncover(end);
  };
  const phase = currentPhase();
  const toPlan = button.previousElementSibling;
  toPlan.hidden = !phase;
  if (phase) showTimeLeft(toPlan.querySelector(".time"), phase);
  if (isProjected()) cover(end, { isByUser: false });
  button.addEventListener("click", () => show(!isProjected()));
  document.addEventListener("keydown", ({ key, defaultPrevented }) => {
    if (key === "Escape" && !defaultPrevented && isProjected()) show(false);
  });
}
