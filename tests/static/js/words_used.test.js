import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const SCRIPTS = new URL("../../../static/js/", import.meta.url);
const IMPORT = /import \{ words(?: as (\w+))? \} from "([^"]+)"/g;

test("each text that a script names is among its words", async () => {
  const missing = [];
  for (const file of readdirSync(SCRIPTS, { recursive: true }).filter((each) => each.endsWith(".js"))) {
    const url = new URL(file, SCRIPTS);
    const script = readFileSync(url, "utf8");
    for (const [, name = "words", path] of script.matchAll(IMPORT)) {
      const { words } = await import(new URL(path, url));
      for (const [whole, names] of script.matchAll(new RegExp(`\\b${name}\\.([a-z][\\w.]*)(?![\\w"])`, "gi"))) {
        if (names !== "js" && named(words, names.split(".")) === undefined) missing.push(`${file}: ${whole}`);
      }
    }
  }
  assert.deepEqual(missing, []);
});

/** Returns what stands below these names, down to a text, a list or a function. */
const named = (words, [first, ...others]) =>
  typeof words === "object" && !Array.isArray(words) && first ? named(words[first], others) : words;
