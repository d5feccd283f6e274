/** Every text that the review's scripts write. */

import { formatNumber, translate, translatePlural } from "../ui/translate.js";

export const words = {
  progress: (read, total) => translate("{read} of {total} read", { read: formatNumber(read), total: formatNumber(total) }),
  stop: translate("Stop"),
  goOn: translate("Go on"),
  label: (file, place, total) => translate("{file} ({place} of {total})", { file, place, total }),
  markedUnreadable: translate("You marked it as unreadable."),
  cannotShow: translate("This browser cannot show the picture."),
  leftOut: (names) =>
    translatePlural(
      "{count} file is not a picture and was left out: {names}",
      "{count} files are not pictures and were left out: {names}",
      names.length,
      { names: names.slice(0, NAMED).join(", ") + (names.length > NAMED ? " …" : "") },
    ),
  alreadyThere: (count) =>
    translatePlural("{count} picture was there already.", "{count} pictures were there already.", count),
  counts: {
    certain: translate("Certain"),
    doubtful: translate("To look at"),
    accepted: translate("Accepted"),
    corrected: translate("Corrected"),
    unreadable: translate("Unreadable"),
    failed: translate("Failed"),
  },
  checked: (count, right) =>
    translate("Of the certain readings you looked at {count} and accepted {right}.", {
      count: formatNumber(count),
      right: formatNumber(right),
    }),
  failed: (count) =>
    translatePlural("{count} picture could not be read", "{count} pictures could not be read", count),
  file: translate("File"),
  why: translate("Why"),
  nothingYet: translate("Nothing to look at so far."),
  allDone: translate("Nothing is left to look at."),
  notKept: translate(
    "This browser has no room for everything: after a reload some pictures or decisions are gone. Save the table before you leave.",
  ),
  forget: translate("Forget all pictures, readings and decisions? This cannot be undone."),
  forgotten: translate("Everything is forgotten."),
};

const NAMED = 3; // files that were left out
