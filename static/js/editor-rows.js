// The tables by keyboard: Enter goes on to the next row, and rows of a spreadsheet are pasted into the lines.
// The server says which cells a pasted text fills; whatever is typed in others meanwhile stays.

import { addRow, addRows, columnOf, fieldOf, generationOfRows, offerUndo, put, say, takeAway, tell, undoLast, words } from "./editor-table.js";
import { isComposing } from "./keys.js";
import { post } from "./save-state.js";

const NAME = /^(lines|deductions)-\d+-(\w+)$/;
const lines = () => document.querySelector("#id_lines > tbody").rows;
let before = Promise.resolve(); // the paste before, until it stands in the page

function enter(field) {
  for (let part = field.parentElement; part.id !== "invoice-form"; part = part.parentElement) {
    if (part.matches("details")) part.open = true;
  }
  field.focus();
  if (field.type === "text") field.select();
}

// Enter would press the first button of the form, and the page would come anew from its top.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || isComposing(event) || event.defaultPrevented) return;
  if (!event.target.matches("#invoice-form input")) return;
  event.preventDefault();
  const [, table, column] = NAME.exec(event.target.name) ?? [];
  if (!table) {
    window.htmx.trigger("#live", "save-now");
    return;
  }
  const row = event.target.closest("tr");
  const next = event.shiftKey ? row.previousElementSibling : row.nextElementSibling;
  const wanted = next || event.shiftKey || event.repeat ? next : addRow(table);
  if (wanted) enter(fieldOf(wanted, column));
});

document.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain");
  const cell = event.target.closest?.("#id_lines :is(input, select)");
  // One cell is pasted as usual, and so is whatever comes into the fields that fold away.
  if (!cell || cell.closest("details") || !/[\t\r\n]/.test(text.replace(/[\r\n]+$/, ""))) return;
  event.preventDefault();
  say(words("waiting"));
  const row = cell.closest("tr");
  before = before.then(() => paste(row, columnOf(cell), text)).catch(() => say(words("failed")));
});

async function paste(row, column, text) {
  const index = row.sectionRowIndex;
  const generation = generationOfRows();
  const answer = await post({ do: `paste-${index}-${column}`, pasted: text });
  if (!answer.ok) {
    say(words({ 401: "signedOut", 429: "crowded" }[answer.status] ?? "failed"));
    return;
  }
  const { cells, count, said } = await answer.json();
  if (!row.isConnected) throw new Error("its row was taken away");
  const moved = row.sectionRowIndex - index;
  if (!said) {
    say("");
    return;
  }
  // Rows that came or went meanwhile stand above or below: those to be filled are counted from the first of them.
  const missing = count + (generation === generationOfRows() ? 0 : moved) - lines().length;
  const added = addRows("lines", missing, []);
  const replaced = [];
  const rows = [...lines()];
  for (const [at, name, value] of cells) {
    const field = rows[at + moved] && fieldOf(rows[at + moved], name, { isWanted: Boolean(value) });
    if (!field) continue;
    replaced.push([field, field.value]);
    put(field, value);
    if (value && name !== "kind") field.closest("details")?.setAttribute("open", "");
  }
  tell("lines");
  offerUndo(said, words("undoPaste"), () => takeBack(replaced, added, row), { untilTyped: true });
  window.htmx.trigger("#live", "save-now");
}

function takeBack(replaced, added, row) {
  for (const [field, value] of replaced.reverse()) put(field, value);
  const still = added.filter((each) => each.isConnected);
  if (still.length) takeAway(still);
  else tell("lines");
  window.htmx.trigger("#live", "save-now");
  fieldOf(row, "description")?.focus();
  return words("pasteUndone");
}

document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  if (event.target.closest?.("#invoice-form") && undoLast()) event.preventDefault();
});
