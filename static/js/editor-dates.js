// A date picker takes no pasted text. A date is put into it in the spellings of spreadsheets and of Japan; any other text
// makes it a text box, which the server reads, or says why not. The words for the era (era.js) name the eras and their
// first year.

import { eraWordsOf } from "./era.js";

const WESTERN = /^(\d{4})[-/.\p{sc=Han}](\d{1,2})[-/.\p{sc=Han}](\d{1,2})\p{sc=Han}?$/u;
const JAPANESE = /^(\D+?)(\d{1,2}|\p{sc=Han})[.\p{sc=Han}](\d{1,2})[.\p{sc=Han}](\d{1,2})\p{sc=Han}?$/u;

/** "" for a day that is not in the calendar. */
function isoOf(year, month, day) {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : "";
}

/** "令和8年11月10日" → "2026-11-10"; "" for what is none, also for a day that does not lie in its era. */
export function isoDate(text, { era: eras, eraFirst: first }) {
  const plain = text.normalize("NFKC").replace(/\s/g, "");
  const western = WESTERN.exec(plain);
  if (western) return isoOf(...western.slice(1).map(Number));
  const japanese = JAPANESE.exec(plain);
  const known = eras.split(" ");
  const at = japanese ? known.findIndex((each) => each.slice(10) === japanese[1]) : -1;
  if (at < 0) return "";
  const start = known[at].slice(0, 10);
  const year = japanese[2] === first ? 1 : Number(japanese[2]);
  if (!year) return "";
  const iso = isoOf(Number(start.slice(0, 4)) + year - 1, Number(japanese[3]), Number(japanese[4]));
  return iso >= start && (at === 0 || iso < known[at - 1].slice(0, 10)) ? iso : "";
}

document.addEventListener("paste", (event) => {
  const input = event.target;
  const text = event.clipboardData.getData("text/plain").trim();
  if (event.defaultPrevented || !text || !input.matches?.('#invoice-form input[type="date"]')) return;
  event.preventDefault();
  const iso = isoDate(text, eraWordsOf(input));
  if (!iso) input.type = "text";
  input.value = iso || text.replace(/\s+/g, " ");
  input.dispatchEvent(new Event("input", { bubbles: true }));
});

// Emptied, it is a date picker again.
document.addEventListener("change", ({ target }) => {
  if (target.type === "text" && !target.value && eraWordsOf(target)) target.type = "date";
});
