import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { words } from "../../../../static/js/server/sending_words.js";

const SCRIPTS = new URL("../../../../static/js/", import.meta.url);

test("each text that a script names is among the words of sending", () => {
  for (const file of readdirSync(SCRIPTS, { recursive: true }).filter((each) => each.endsWith(".js"))) {
    const script = readFileSync(new URL(file, SCRIPTS), "utf8");
    const named = script.includes("import { words }") ? script.matchAll(/\bwords\.(?!js\b)(\w+)/g) : [];
    for (const [, name] of named) assert.ok(name in words, `${file}: ${name}`);
  }
});
