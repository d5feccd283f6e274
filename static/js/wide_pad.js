/** The button that makes the pad twice as wide, for long numbers, and square again; the address holds its shape. */

import { storeInAddress } from "./address.js";

export class WidePad {
  /**
   * @param {HTMLButtonElement} button pressed while the pad is wide
   * @param {HTMLElement} workspace lays the pad out
   * @param {() => void} onChange is called after the pad has got its new shape
   */
  constructor(button, workspace, onChange) {
    button.addEventListener("click", () => {
      const isWide = button.ariaPressed !== "true";
      button.ariaPressed = String(isWide);
      workspace.dataset.pad = isWide ? "wide" : "square";
      storeInAddress({ pad: isWide ? "wide" : null, read: null }); // read=number was its name before
      onChange();
    });
  }
}
