// Reads [{"pixels": [levels], "width", "height"}, ...] and writes for each picture how many digits
// stand side by side in it, and its 784 levels as the network reads them: null for a blank one.

import { readFileSync } from "node:fs";
import { centre, crop, fit, inkByGlobalThreshold, inkSideBySide, outline } from "../../../static/js/standalone/ink_to_mnist.js";

const prepared = JSON.parse(readFileSync(0, "utf8")).map((grey) => {
  const ink = inkByGlobalThreshold(grey);
  const digit = ink && crop(ink, outline(ink));
  return {
    count: digit && inkSideBySide(digit).digits.length,
    image: digit && [...centre(fit(digit))],
  };
});
process.stdout.write(JSON.stringify(prepared));
