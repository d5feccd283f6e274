/** How phones join the room that this tab has opened, on the class's page and on the presenter's. */

import { write } from "../ui/dom.js";

/** Under which the tab keeps its room; also of the channel between tabs. */
export const ROOM_KEY = "inkling-room";

/** @param {(name: string) => HTMLElement?} part of what holds the board, as of partsOf @param {string} code */
export function showBoard(part, code) {
  const [qr, address] = [part("qr"), part("address")];
  const source = `qr.svg?room=${code}`;
  if (qr && qr.getAttribute("src") !== source) qr.src = source;
  if (!address.textContent) address.textContent = new URL("join", location.href).href;
  write(part("code"), code.replace(/^.{4}/, "$& ")); // two groups are easier to copy
}
