// Reads {"language", "activations"} and writes the text that the page's scripts show for each in that language.

import { readFileSync } from "node:fs";

const { language, activations } = JSON.parse(readFileSync(0, "utf8"));
globalThis.document = { documentElement: { lang: language }, getElementById: () => null };
const { activationText } = await import("../../../static/js/ui/format.js");
process.stdout.write(JSON.stringify(activations.map((each) => activationText(each))));
