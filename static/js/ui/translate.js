/** Texts in the language of the page, which brings them along as JSON; a text that is missing stays English. */

const page = globalThis.document;
export const language = page?.documentElement.lang || "en";
const translations = JSON.parse(page?.getElementById("translations")?.textContent || "{}");
const pluralRules = new Intl.PluralRules(language);
const MOST_DECIMALS = 6;
const formats = Array.from({ length: MOST_DECIMALS + 1 }, (_, decimals) =>
  new Intl.NumberFormat(language, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
);

/** @param {Object<string, string | number>} [values] in place of the text's {names} */
export const translate = (english, values = {}) => fill(translations[english] ?? english, values);

/** @param {string} one text for one @param {string} several @param {number} count is {count} in the text */
export function translatePlural(one, several, count, values = {}) {
  const [forOne, forSeveral] = translations[one] ?? [one, several];
  const text = pluralRules.select(count) === "one" ? forOne : forSeveral;
  return fill(text, { count: formatNumber(count), ...values });
}

/** @param {number} value @param {number} [decimals] up to 6 @returns {string} with the language's separators */
export const formatNumber = (value, decimals = 0) => formats[decimals].format(value);

/** @param {Record<string, string | string[]>} texts by the English ones, for a script that is about to be loaded */
export const addTranslations = (texts) => Object.assign(translations, texts);

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (name, key) => values[key] ?? name);

/** Whether the page is of the standalone file, which works without a server: it reads one drawn digit. */
export const isStandalone = Boolean(globalThis.standalone);
