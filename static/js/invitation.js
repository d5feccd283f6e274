/** A dialog with the page's address as a QR code, for phones: whether it is open is in the address. */

import { cover, storeInAddress, uncover } from "./state.js";

const QUERY = "invite";

/**
 * @param {HTMLButtonElement} button opens it
 * @param {HTMLDialogElement} dialog
 */
export function listenForInvitation(button, dialog) {
  const close = () => dialog.close();
  const open = (isByUser) => {
    cover(close, { isByUser });
    dialog.showModal();
    storeInAddress({ [QUERY]: "" });
  };
  button.addEventListener("click", () => open(true));
  dialog.addEventListener("close", () => {
    storeInAddress({ [QUERY]: null });
    uncover(close);
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // it would end the projector's view, too
    dialog.close();
  });
  if (new URLSearchParams(location.search).has(QUERY)) open(false);
}
