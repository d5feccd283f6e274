/** The page for phones: the digits 0 to 9, drawn one after another, go to the room of a class; photographs of sheets do, too. */

import { drawnAsSent, EMPTY } from "./pad/drawing.js";
import { Pad } from "./pad/pad.js";
import { PhoneDigits } from "./room/phone_digits.js";
import { sendPhotograph } from "./room/room_client.js";
import { Sender } from "./server/sender.js";
import { shrunk } from "./server/shrink_picture.js";
import { keepStateInLanguages } from "./state.js";
import { announce, byId, element, write } from "./ui/dom.js";
import { isStandalone, translate } from "./ui/translate.js";

keepStateInLanguages();
if (byId("join")) start(byId("join").dataset.code);

function start(code) {
  const digits = new PhoneDigits(code);
  const pad = new Pad(byId("pad"), byId("pen-cursor"));
  let chosen = digits.nextFrom(0) ?? 0;
  /** How many states the pad had before this digit: undo leads back to no other. */
  let floor = 0;

  function choose(digit) {
    pad.lift();
    chosen = digit;
    pad.open(digits.all[digit].drawing ?? EMPTY);
    floor = pad.drawings.place;
    show();
  }

  function send() {
    pad.lift();
    digits.send(chosen, pad.drawing);
    choose(digits.nextFrom(chosen) ?? chosen);
    pad.canvas.focus({ preventScroll: true });
    announce(byId("task").textContent);
  }

  function show() {
    const { drawing, problem } = digits.all[chosen];
    const isDrawnAgain = pad.drawing !== drawing;
    const isDone = digits.nSent === digits.all.length && !isDrawnAgain;
    write(byId("task"), isDone ? translate("All ten digits are there. Thank you!") : translate("Write the digit {digit}", { digit: chosen }));
    write(byId("place"), placeText(code, digits.number));
    byId("next")?.toggleAttribute("hidden", digits.nSent === 0);
    write(byId("status"), problem ? translate("Your {digit}: {problem}", { digit: chosen, problem: problem.text }) : statusText(digits));
    byId("status").classList.toggle("problem", Boolean(problem ?? (digits.problem && !digits.problem.isPassing)));
    byId("send").disabled = pad.isEmpty || (!isDrawnAgain && !problem);
    byId("take-back").hidden = drawing === null;
    byId("undo").disabled = pad.drawings.place <= floor;
    byId("clear").disabled = pad.isEmpty;
    for (const button of byId("digits").querySelectorAll("button")) showTile(button, digits.all[button.value], chosen);
  }

  byId("send").addEventListener("click", send);
  byId("undo").addEventListener("click", () => pad.undo());
  byId("clear").addEventListener("click", () => pad.clear());
  byId("take-back").addEventListener("click", () => {
    digits.send(chosen, null);
    choose(chosen);
  });
  byId("digits").addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) choose(Number(button.value));
  });
  pad.addEventListener("change", show);
  pad.addEventListener("draw", show);
  digits.addEventListener("change", show);
  addEventListener("online", () => digits.sender.resume());
  if (byId("photograph")) sendPhotographs(digits.phone);
  byId("next")?.addEventListener("click", () => {
    digits.forget();
    location.reload();
  });
  choose(chosen);
}

function placeText(code, number) {
  if (isStandalone) return number ? translate("Pupil {pupil}", { pupil: number }) : "";
  return number ? translate("Room {code} · phone {number}", { code, number }) : translate("Room {code}", { code });
}

function statusText({ problem, isLate, nSent, all }) {
  if (problem) return problem.text;
  if (isLate) return translate("Your digits wait: your teacher’s page is not open at the moment.");
  if (all.some(({ drawing, isSent, problem: refusal }) => drawing && !isSent && !refusal)) return translate("Sending …");
  if (nSent === 0) return "";
  return isStandalone ? translate("Drawn: {count} of 10", { count: nSent }) : translate("Sent: {count} of 10", { count: nSent });
}

function showTile(button, { digit, drawing, isSent, problem }, chosen) {
  button.ariaCurrent = String(digit === chosen);
  const state = drawing ? (problem ? "refused" : isSent ? "sent" : "waiting") : "missing";
  if (button.dataset.state === state && button.drawing === drawing) return;
  Object.assign(button, { drawing });
  button.dataset.state = state;
  const names = {
    missing: translate("{digit}: not drawn yet", { digit }),
    waiting: translate("{digit}: is being sent", { digit }),
    sent: translate("{digit}: sent", { digit }),
    refused: translate("{digit}: draw it again", { digit }),
  };
  button.ariaLabel = names[state];
  if (drawing) drawnAsSent(button.querySelector("canvas"), drawing);
}

/** Sends photographs one after another, as fast as the class's page fetches them. */
function sendPhotographs(phone) {
  const sender = new Sender(async ({ file }, signal) => sendPhotograph(phone, await shrunk(file), signal), {
    onAnswer: ({ status }) => (status.textContent = translate("sent")),
    onProblem: ({ status }, problem) => (status.textContent = problem.text),
  }, 1);
  const add = ({ target }) => {
    const added = [...target.files].map((file) => ({ file, status: element("span", {}, translate("Sending …")) }));
    target.value = ""; // so that the same file can be chosen again
    byId("photographs").append(...added.map(({ file, status }) => element("li", {}, `${file.name}: `, status)));
    sender.add(added);
  };
  for (const input of [byId("photograph"), byId("camera")]) input.addEventListener("change", add);
}
