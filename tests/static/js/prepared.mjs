// Reads [{"pixels": [levels], "width", "height"}, ...] and writes for each picture how many digits
// stand side by side in it, and its 784 levels as the network reads them: null for a blank one.

import { readFileSync } from "node:fs";
import { prepare } from "../../../static/js/network/ink_to_mnist.js";

const prepared = JSON.parse(readFileSync(0, "utf8")).map((grey) => {
  const digit = prepare(grey);
  return { count: digit && digit.digits.length, image: digit && [...digit.image] };
});
process.stdout.write(JSON.stringify(prepared));
