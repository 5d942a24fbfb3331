// Shows the Japanese era beside every date control: <input type="date"> followed by
// <output data-era="2019-05-01令和 …" data-era-date="{era}{year}…" data-era-first="…">: the first day and the name of each
// era, the newest first, the pattern of a date, and what a first year is called.

/** "2026-10-31" → "令和8年10月31日" in the words of the output; "" for anything else, and for days before all eras. */
export function inEra(iso, { era: eras, eraDate: pattern, eraFirst: first }) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  const era = parts && eras.split(" ").find((each) => iso >= each.slice(0, 10));
  if (!era) return "";
  const year = Number(parts[1]) - Number(era.slice(0, 4)) + 1;
  const words = { era: era.slice(10), year: year === 1 ? first : year, month: Number(parts[2]), day: Number(parts[3]) };
  return pattern.replace(/{(\w+)}/g, (_, name) => words[name]);
}

function show(input) {
  const output = input.nextElementSibling;
  if (output?.matches("output[data-era]")) output.value = inEra(input.value, output.dataset);
}

function showAll(root) {
  for (const output of root.querySelectorAll("output[data-era]")) {
    if (output.previousElementSibling) show(output.previousElementSibling);
  }
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    if (event.target.matches?.('input[type="date"]')) show(event.target);
  });
}
document.addEventListener("htmx:load", (event) => showAll(event.target));
showAll(document);
