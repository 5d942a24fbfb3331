// Shows the Japanese era beside every date control: <input type="date"> followed by <output data-era>.

const ERAS = [
  ["2019-05-01", "令和", 2018],
  ["1989-01-08", "平成", 1988],
  ["1926-12-25", "昭和", 1925],
];

/** "2026-10-31" → "令和8年10月31日"; "" for anything else, and for days before 昭和. */
export function inEra(iso) {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  const era = parts && ERAS.find(([first]) => iso >= first);
  if (!era) return "";
  const year = Number(parts[1]) - era[2];
  return `${era[1]}${year === 1 ? "元" : year}年${Number(parts[2])}月${Number(parts[3])}日`;
}

function show(input) {
  const output = input.nextElementSibling;
  if (output?.matches("output[data-era]")) output.value = inEra(input.value);
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
