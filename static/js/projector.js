/** The page as a class before a projector needs it: its state is in the address. */

import { storeInAddress } from "./address.js";

const QUERY = "projector";

/** @param {HTMLButtonElement} button begins and ends it; Escape ends it, too */
export function listenForProjector(button) {
  const root = document.documentElement;
  const isProjected = () => root.hasAttribute("data-projector");
  const show = (mustProject) => {
    root.toggleAttribute("data-projector", mustProject);
    storeInAddress({ [QUERY]: mustProject ? "" : null });
  };
  button.addEventListener("click", () => show(!isProjected()));
  document.addEventListener("keydown", ({ key, defaultPrevented }) => {
    if (key === "Escape" && !defaultPrevented && isProjected()) show(false);
  });
}
