// Reads {"language", "translations", "activations"} and writes the text that the page's scripts show for each in that language.

import { readFileSync } from "node:fs";

const { language, translations, activations } = JSON.parse(readFileSync(0, "utf8"));
globalThis.document = {
  documentElement: { lang: language },
  getElementById: () => ({ textContent: JSON.stringify(translations) }),
};
const { outputPercent } = await import("../../../static/js/ui/format.js");
process.stdout.write(JSON.stringify(activations.map((each) => outputPercent(each))));
