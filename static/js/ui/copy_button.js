/** A button that copies a text. Browsers allow that over HTTPS and on localhost only, and may still refuse it. */

import { translate } from "./translate.js";

/** @param {HTMLButtonElement} button @param {HTMLInputElement | HTMLElement} source whose text it copies, or selects where that is refused */
export function beginCopyButton(button, source) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      button.textContent = translate("Copied");
    } catch {
      if (source.select) source.select();
      else getSelection().selectAllChildren(source);
    }
  });
}
