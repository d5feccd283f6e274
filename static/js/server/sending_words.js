/** What pages say while a picture is sent and read, and where that fails. */

import { translate, translatePlural } from "../ui/translate.js";

const READING = translate("Reading …");

export const words = {
  reading: READING,
  /** @param {number} part of the picture that has been sent, 0..1 */
  sending: (part) => (part < 1 ? translate("Sending … {percent} %", { percent: Math.floor(100 * part) }) : READING),

  noAnswer: {
    title: translate("No answer from the server."),
    detail: translate("Your picture stays here, and is read as soon as the server answers."),
  },
  wait: (seconds) => ({
    title: translate("Too many pictures at once."),
    detail: translatePlural(
      "Your picture stays here, and is read within {count} second.",
      "Your picture stays here, and is read within {count} seconds.",
      seconds,
    ),
  }),

  timeout: {
    title: translate("The server takes too long."),
    detail: translate("The connection may be slow, or the server busy."),
  },
  unreadableAnswer: {
    title: translate("The server's answer cannot be read."),
    detail: translate("Reload the page. If that does not help, ask the person who runs this server."),
  },
  heic: {
    title: translate("This browser cannot open HEIC photographs."),
    detail: translate("Save it as JPEG, or take a screenshot of it, and choose that."),
  },
  unreadableFile: {
    title: translate("The file cannot be read."),
    detail: translate("It is empty, or a folder, or no longer there."),
  },
  tooLarge: {
    title: translate("The file is too large, and this browser cannot make it smaller."),
    detail: translate("Take a screenshot of it and choose that, or photograph only the digits."),
  },
  otherServer: {
    title: translate("A picture of another site cannot be opened from here."),
    detail: translate("Save the picture, then drop the file, or copy the picture and paste it."),
  },
  noPictureThere: {
    title: translate("There is no picture at this address."),
    detail: translate("Save the picture, then drop the file, or copy the picture and paste it."),
  },
  noPicture: (type) => ({
    title: translate("This is not a picture."),
    detail: type.endsWith("/pdf") ? translate("Take a screenshot of the page of the PDF, and choose that.") : "",
  }),
  openSheet: translate("Open in Class sheet"),
  openPage: translate("Its lines as a table"),

  noExample: {
    title: translate("The example cannot be loaded."),
    detail: translate("Check the connection, then choose it again."),
  },
};
