/** The teacher's page: its buttons print some of its sections; its other view, for a projector, opens a lesson phase after phase. */

import { beginPhase, currentPhase, showTimeLeft } from "./classroom/projector.js";
import { ROOM_KEY, showBoard } from "./room/room_board.js";
import { requestArrivals, UNKNOWN_ROOM } from "./room/room_client.js";
import { inAddress } from "./state.js";
import { partsOf } from "./ui/dom.js";
import { loadFromTab } from "./ui/store.js";

const presented = inAddress("present");
document.documentElement.toggleAttribute("data-presenter", presented !== null);
for (const lesson of document.querySelectorAll(".presenter")) lesson.hidden = lesson.dataset.lesson !== presented;

/** Lets phones join the room that the class's page has opened in this tab, unless the server says that it has ended. */
async function showRoom() {
  const board = document.getElementById("room"); // none without a server
  const room = loadFromTab(ROOM_KEY);
  if (!board || presented === null || !room) return;
  const problem = await requestArrivals(room, room.version).then(() => null, (reason) => reason);
  board.hidden = problem?.type === UNKNOWN_ROOM;
  showBoard(partsOf(board), room.code);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => {
    const printed = button.dataset.print.split(" ");
    for (const section of document.querySelectorAll(".teach-page")) {
      section.classList.toggle("not-printed", !printed.includes(section.id));
    }
    window.print();
  });
}

addEventListener("afterprint", () => {
  for (const section of document.querySelectorAll(".not-printed")) section.classList.remove("not-printed");
});

const cards = [...document.querySelectorAll("[data-phase]")];
let clock;

/** Marks the phase that was begun last, and shows its time. */
function showPhase() {
  const phase = currentPhase();
  const card = cards.find(({ dataset }) => dataset.phase === phase?.number);
  for (const each of cards) {
    each.classList.toggle("is-current", each === card);
    const time = each.querySelector(".time");
    time.textContent = `${each.dataset.minutes}:00`;
    time.classList.remove("is-over");
  }
  clearInterval(clock);
  if (card) clock = showTimeLeft(card.querySelector(".time"), phase);
}

for (const card of cards) {
  for (const begin of card.querySelectorAll("[data-begin]")) {
    begin.addEventListener("click", () => {
      // Another page of the same phase goes on with its time.
      if (currentPhase()?.number !== card.dataset.phase) beginPhase(card.dataset.phase, Number(card.dataset.minutes));
      showPhase();
    });
  }
}
addEventListener("pageshow", showRoom); // also when the browser brings the page back
showPhase();
