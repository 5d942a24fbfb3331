// Shows the Japanese era beside every date control: <input type="date"> followed by
// <output data-era="2019-05-01令和 …" data-era-date="{era}{year}…" data-era-first="…">: the first day and the name of each
// era, the newest first, the pattern of a date, and what a first year is called. Of the dates in its rows a table says it.

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

function show(input) {
  const words = eraWordsOf(input);
  if (!words) return;
  const label = input.closest("td > label");
  if (label && !label.nextElementSibling?.matches("output")) {
    if (!input.value) return;
    label.after(Object.assign(document.createElement("output"), { className: "era", ariaLive: "off" }));
  }
  (label ?? input).nextElementSibling.value = inEra(input.value, words);
}

function showAll(root) {
  for (const input of root.querySelectorAll('input:has(+ output), table[data-era] input[type="date"]')) show(input);
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    if (event.target.matches?.('input[type="date"]')) show(event.target);
  });
}
document.addEventListener("htmx:load", (event) => showAll(event.target));
showAll(document);
