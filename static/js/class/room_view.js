/** The room on the class page: a button that opens it, then its address, its code, and how much has come from phones. */

import { showBoard } from "../room/room_board.js";
import { UNKNOWN_ROOM } from "../room/room_client.js";
import { announce, partsOf, write } from "../ui/dom.js";
import { language, translate, translatePlural } from "../ui/translate.js";

const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });

export class RoomView {
  /** @param {HTMLElement} section @param {import("./room.js").Room} room */
  constructor(section, room) {
    Object.assign(this, { section, room, part: partsOf(section) });
    this.part("open").addEventListener("click", () => this.#open());
    this.part("erase").addEventListener("click", () => this.#erase());
    room.addEventListener("change", () => this.show());
    this.show();
  }

  show() {
    const { state, problem } = this.room;
    this.part("closed").hidden = state !== null;
    this.part("board").hidden = this.part("erase").hidden = state === null;
    write(this.part("problem"), problem ? problemText(problem) : "");
    if (!state) return;
    const { code, phones, ends_ms } = state;
    showBoard(this.part, code);
    const counts = { phones: translatePlural("{count} phone", "{count} phones", phones), code, time: clock.format(ends_ms) };
    write(this.part("counts"), translate("Room {code}, open until {time}: {phones}", counts));
  }

  async #open() {
    const button = this.part("open");
    button.disabled = true;
    await this.room.open();
    button.disabled = false;
    if (!this.room.state) return;
    this.part("board").open = true;
    this.part("board").querySelector("summary").focus();
    this.section.scrollIntoView({ block: "nearest" });
  }

  async #erase() {
    if (!confirm(translate("Close the room? Phones can send nothing more. What has come stays on this page."))) return;
    await this.room.erase();
    if (this.room.state) return;
    this.part("open").focus(); // the button is gone
    announce(translate("The room is closed, and erased on the server."));
  }
}

function problemText({ type, text, isPassing }) {
  if (type === UNKNOWN_ROOM) return translate("The room has ended: its hour is over, or the server has been started again.");
  return isPassing ? translate("No answer from the server at the moment. What phones send comes later.") : text;
}
