// Shows the Japanese era beside every date control: <input type="date"> followed by
// <output data-era="2019-05-01令和 …" data-era-date="{era}{year}…" data-era-first="…">: the first day and the name of each
// era, the newest first, the pattern of a date, and what a first year is called. Of the dates of a table's rows, the
// table says it once, and the output comes with the first date.

/** "2026-10-31" → "令和8年10月31日" in the words of the output; "" for anything else, and for days before all eras. */
export function inEra(iso, { era: eras, eraDate: pattern, eraFirst: first }) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  const era = parts && eras.split(" ").find((each) => iso >= each.slice(0, 10));
  if (!era) return "";
  const year = Number(parts[1]) - Number(era.slice(0, 4)) + 1;
  const words = { era: era.slice(10), year: year === 1 ? first : year, month: Number(parts[2]), day: Number(parts[3]) };
  return pattern.replace(/{(\w+)}/g, (_, name) => words[name]);
}

/** Where the words for the era of a date stand; null for what is no date. */
export function eraWordsOf(input) {
  const output = input.nextElementSibling;
  if (output?.matches("output[data-era]")) return output.dataset;
  return input.matches?.('table[data-era] input[name$="-date"]') ? input.closest("table").dataset : null;
}

function outputOf(input, isWanted) {
  if (input.nextElementSibling?.matches("output")) return input.nextElementSibling;
  const label = input.closest("label");
  const output = label.nextElementSibling;
  if (output?.matches("output.era") || !isWanted) return output;
  const made = Object.assign(document.createElement("output"), { className: "era" });
  made.setAttribute("aria-live", "off");
  label.after(made);
  return made;
}

function show(input) {
  const words = eraWordsOf(input);
  if (!words) return;
  const text = inEra(input.value, words);
  const output = outputOf(input, Boolean(text));
  if (output?.matches("output")) output.value = text;
}

function showAll(root) {
  for (const input of root.querySelectorAll('input:has(+ output[data-era]), table[data-era] input[type="date"]')) {
    show(input);
  }
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    if (event.target.matches?.('input[type="date"]')) show(event.target);
  });
}
document.addEventListener("htmx:load", (event) => showAll(event.target));
showAll(document);
