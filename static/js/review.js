/** The review page: the table of readings for a folder of pictures, kept in the browser's database until all are forgotten. */

import { listenForFiles } from "./draw/picture_input.js";
import { BrowserStore } from "./readings/browser_store.js";
import { EntryList } from "./readings/entry_list.js";
import { ReadingTable } from "./readings/table.js";
import { keepStateInLanguages } from "./state.js";
import { handOver } from "./ui/database.js";
import { byId, partsOf } from "./ui/dom.js";
import { translate, translatePlural } from "./ui/translate.js";

const root = byId("review");
const part = partsOf(root);
const store = new BrowserStore("inkling-review");
const list = new EntryList(store);
const otherTabs = new BroadcastChannel("inkling-review");
let isActive = true; // until another tab opens this page

const risk = byId("risk");
const pictureOf = ({ id, page }) => store.picture(page ?? id);

async function add(files, dropped) {
  const table = await loaded;
  const n_known = await table.batch.add(files, dropped);
  part("note").textContent =
    n_known > 0 ? translatePlural("{count} picture was there already.", "{count} pictures were there already.", n_known) : "";
}

/** Leaves the review to another tab: two would write over each other's decisions. */
async function leave() {
  isActive = false;
  store.close();
  root.hidden = true;
  byId("other-tab").hidden = false;
  byId("go-on-here").focus();
  (await loaded).batch.stop(true);
}

async function load() {
  list.fill(await store.load());
  byId("allowed").value ||= list.all.at(-1)?.allowed ?? "";
  const table = new ReadingTable(part("table"), list, {
    name: "review",
    options: () => ({ model: root.dataset.model, allowed: byId("allowed").value, risk: risk.value }),
    pictureOf,
    onSheet: async (entry) => handOver([await pictureOf(entry)], root.dataset.class),
    onForget() {
      part("note").textContent = translate("Everything is forgotten.");
      byId("folder").focus();
    },
  });
  const show = () => {
    part("work").hidden = list.all.length + list.undoable.length === 0;
    table.show();
  };
  list.addEventListener("change", show);
  show();
  return table;
}

otherTabs.onmessage = leave;
otherTabs.postMessage("opened");
const loaded = load();

listenForFiles([byId("folder"), byId("files")], byId("drop-target"), add);
risk.addEventListener("change", async () => (await loaded).judge(Number(risk.selectedOptions[0].dataset.risk)));
byId("go-on-here").addEventListener("click", () => location.reload());
keepStateInLanguages();
addEventListener("beforeunload", (event) => {
  const isLost = store.hasUnstored || (store.kept !== "all" && list.all.length > 0);
  if (isActive && isLost) event.preventDefault();
});
