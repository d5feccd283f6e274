import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { BrowserStore } from "../../../../static/js/readings/browser_store.js";
import { EntryList } from "../../../../static/js/readings/entry_list.js";
import { giveDatabase } from "../database.mjs";

const picture = (name) => new File([name], name);

async function opened() {
  const store = new BrowserStore("name");
  return { store, list: new EntryList(store, await store.load()) };
}

/** Waits until all that is under way is stored, or has failed. */
async function stored(store, count) {
  for (let turn = 0; turn < 10 * count; turn++) await new Promise(setImmediate);
}

afterEach(() => delete globalThis.indexedDB);

test("entries and their pictures are stored as they are at that moment, and found again", async () => {
  const stores = giveDatabase();
  const { store, list } = await opened();
  list.put([{ id: 1 }, { id: 2 }], new Map([[1, picture("1.png")], [2, picture("2.png")]]));
  list.put([{ id: 2, text: "7" }], new Map([[2, picture("smaller.png")]])); // it is read before it is stored
  assert.ok(store.hasUnstored);
  assert.equal((await store.picture(2)).name, "smaller.png");
  await stored(store, 3);
  assert.deepEqual([store.hasUnstored, store.kept], [false, "all"]);
  assert.deepEqual([...stores.pictures.values()].map(({ name }) => name), ["1.png", "smaller.png"]);
  const again = await opened();
  assert.deepEqual(again.list.all, [{ id: 1 }, { id: 2, text: "7" }]);
  assert.equal((await again.store.picture(1)).name, "1.png");
  assert.equal(await again.store.picture(3), undefined);
});

for (const [name, give] of [
  ["without room", () => giveDatabase({ hasRoom: false })],
  ["where the browser forbids its database", () => {}],
]) {
  test(`${name} pictures stay in memory, and the list says once that they are not kept`, async () => {
    give();
    const { store, list } = await opened();
    let n_changes = 0;
    list.addEventListener("change", () => n_changes++);
    list.put([{ id: 1 }], new Map([[1, picture("1.png")]]));
    await stored(store, 1);
    assert.deepEqual([store.kept, store.hasUnstored, (await store.picture(1)).name], ["some", true, "1.png"]);
    list.put([{ id: 2 }]);
    await stored(store, 1);
    assert.ok(n_changes <= 3);
  });
}

test("what is forgotten is gone, also what was still to be stored", async () => {
  const stores = giveDatabase();
  const { store, list } = await opened();
  list.put([{ id: 1 }, { id: 2 }], new Map([[1, picture("1.png")], [2, picture("2.png")]]));
  await list.clear();
  await stored(store, 2);
  assert.deepEqual([stores.entries.size, stores.pictures.size, store.hasUnstored, list.all], [0, 0, false, []]);
});

test("an entry that is removed is no longer stored, and undo stores it again with its picture", async () => {
  const stores = giveDatabase();
  const { store, list } = await opened();
  list.put([{ id: 1 }], new Map([[1, picture("1.png")]]));
  list.remove([1]);
  await stored(store, 2);
  assert.deepEqual([stores.entries.size, stores.pictures.size], [0, 1]);
  list.undo();
  await stored(store, 1);
  assert.deepEqual([stores.entries.size, (await store.picture(1)).name], [1, "1.png"]);
});

test("after another tab has taken over nothing is stored or forgotten", async () => {
  const stores = giveDatabase();
  const { store, list } = await opened();
  list.put([{ id: 1 }]);
  await stored(store, 1);
  store.close();
  list.put([{ id: 1, text: "7" }, { id: 2 }]);
  await stored(store, 2);
  await list.clear();
  assert.deepEqual([...stores.entries.values()], [{ id: 1 }]);
});
