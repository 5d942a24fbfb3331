// The rows of the tables are the page's own: added, copied, moved and taken away at once, whatever the server is doing.
// It hears of them with the next save. Without script the same buttons send the form.
// <table id="id_lines" data-max="…" data-takes-over="date rate"> and <input name="lines-count">; #pasted holds the words
// for what was done. A line has the fields that fold away only where they are needed: <template id="line-fold"> has them.

const TABLES = {
  lines: { add: "line-add", full: "lines-full", focus: "description", removed: "removed" },
  deductions: { add: "deduction-add", full: "deductions-full", focus: "kind", removed: "removedDeduction" },
};
const BUTTON = /^(add|deduct|more|copy|remove|undeduct|up|down)(?:-\d+)?$/;
const IN_A_NAME = /(?<![A-Za-z])(lines|deductions)-\d+-/g;
const AT_THE_END = /^(line-more|deduction-remove|more|up|down|copy|remove|undeduct)-\d+$/;
const NUMBERED = ["id", "name", "aria-describedby"];
const FOLDED = ["reduction", "original_date", "kind", "slip_number"];

let generation = 0;
let undoing = null; // what takes the last change back

/** Grows whenever a row gets another number: an answer to what was sent before speaks of other rows. */
export const generationOfRows = () => generation;

const form = () => document.getElementById("invoice-form");
const bodyOf = (table) => document.querySelector(`#id_${table} > tbody`);
export const tableOf = (row) => row.closest("table").id.replace("id_", "");
const fieldsOf = (row) => row.querySelectorAll("input, select");
export const columnOf = (field) => field.name.slice(field.name.lastIndexOf("-") + 1);

const standing = (row, name) => row.querySelector(`[name$="-${name}"]`);
const folding = (part) => document.getElementById("line-fold").content.querySelector(part).cloneNode(true);

/** A field of a row, which is brought to it if it folds away and is wanted. */
export function fieldOf(row, name, { isWanted = true } = {}) {
  const field = standing(row, name);
  return field || !isWanted || !FOLDED.includes(name) ? field : standing(unfold(row), name);
}

/** Bring to a line what folds away below its description. */
function unfold(row) {
  row.querySelector('button[value^="more-"]').replaceWith(folding("details"));
  number(row, row.sectionRowIndex);
  return row;
}

function number(row, index) {
  row.cells[0].textContent = index + 1;
  for (const element of row.querySelectorAll("[id], [name]")) {
    for (const name of NUMBERED) {
      const value = element.getAttribute(name);
      if (!value || value === "do") continue;
      const now = value.replace(IN_A_NAME, `$1-${index}-`).replace(AT_THE_END, `$1-${index}`);
      if (now !== value) element.setAttribute(name, now);
    }
    if (element.localName !== "button") continue;
    element.value = element.value.replace(AT_THE_END, `$1-${index}`);
    if (element.ariaLabel) element.ariaLabel = element.ariaLabel.replace(/\d+/, index + 1);
  }
}

/** After a change: the numbers from a row on, the buttons at both ends, and the server is to hear of it. */
function settle(table, from = 0, to = Infinity) {
  const rows = [...bodyOf(table).rows];
  for (let index = from; index < Math.min(rows.length, to); index += 1) number(rows[index], index);
  for (const index of new Set([0, 1, from, from + 1, rows.length - 2, rows.length - 1])) {
    for (const [way, end] of [["up", 0], ["down", rows.length - 1]]) {
      const button = rows[index]?.querySelector(`button[value="${way}-${index}"]`);
      if (button) button.disabled = index === end;
    }
  }
  const full = rows.length >= Number(bodyOf(table).parentElement.dataset.max);
  document.getElementById(TABLES[table].add).hidden = full;
  document.getElementById(TABLES[table].full).hidden = !full;
  generation += 1;
  form().elements[`${table}-count`].value = rows.length;
  tell(table);
}

/** The server is to hear of what a script has changed. */
export function tell(table) {
  form().elements[`${table}-count`].dispatchEvent(new Event("input", { bubbles: true }));
}

function forget(row) {
  for (const told of row.querySelectorAll(".field__errors, .field__notes")) told.remove();
  row.removeAttribute("data-invalid");
  for (const field of fieldsOf(row)) {
    for (const name of ["aria-invalid", "autofocus", "aria-describedby", "data-unread"]) field.removeAttribute(name);
  }
}

/** Another row like this one; of what stands in it, only the named fields are taken over, or all. */
function likeRow(row, names = null) {
  const made = row.cloneNode(true);
  forget(made);
  if (names && !("unfolded" in row.closest("table").dataset)) made.querySelector("details")?.replaceWith(folding("button"));
  // Each button that sends a form makes the browser look for the form's first one when it comes.
  for (const button of made.querySelectorAll("button")) button.type = "button";
  for (const its of fieldsOf(made)) {
    const name = columnOf(its);
    const from = standing(row, name);
    if (from && (!names || (names.includes(name) && from.ariaInvalid !== "true"))) its.value = from.value;
    else if (its.localName === "select") its.selectedIndex = 0;
    else put(its, "");
  }
  if (!names) return made;
  if (!names.includes("date")) made.querySelector("output.era")?.remove();
  const amount = made.querySelector("[data-mark]");
  if (amount) Object.assign(amount, { textContent: "" }).dataset.mark = "";
  return made;
}

/** Put a text into a field. What a date picker or a select cannot hold still stands there, for the server to read. */
export function put(field, text) {
  const isDate = columnOf(field) === "date";
  if (isDate) field.type = text && !/^\d{4}-\d{2}-\d{2}$/.test(text) ? "text" : "date";
  if (field.localName === "select" && text && ![...field.options].some((option) => option.value === text)) {
    field.add(new Option(text, text));
  }
  field.value = text;
  if (isDate) field.dispatchEvent(new Event("change", { bubbles: true }));
}

const takenOver = (table) => (bodyOf(table).parentElement.dataset.takesOver ?? "").split(" ");

/** So many new rows at the end, as far as there may be more. A new line takes over what seldom changes, or nothing. */
export function addRows(table, count, names = takenOver(table)) {
  const rows = [...bodyOf(table).rows];
  const room = Number(bodyOf(table).parentElement.dataset.max) - rows.length;
  const added = Array.from({ length: Math.max(Math.min(count, room), 0) }, () => likeRow(rows.at(-1), names));
  if (!added.length) return added;
  rows.at(-1).after(...added);
  settle(table, rows.length);
  return added;
}

/** A new row at the end, or undefined where there may be no more. */
export const addRow = (table) => addRows(table, 1)[0];

function copy(row) {
  row.after(likeRow(row));
  settle(tableOf(row), row.sectionRowIndex + 1);
  const field = fieldOf(row.nextElementSibling, "description");
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

/** Take rows away without a word; whoever asks for it can put them back. */
export function takeAway(rows) {
  const table = tableOf(rows[0]);
  const from = Math.min(...rows.map((row) => row.sectionRowIndex));
  for (const row of rows) row.remove();
  settle(table, from);
}

const isBlank = (row) => ![...row.querySelectorAll("input")].some((field) => field.value);

function remove(row) {
  const table = tableOf(row);
  const index = row.sectionRowIndex;
  const body = bodyOf(table);
  // The last one is emptied: the next is made after it.
  const blank = body.rows.length === 1 ? likeRow(row, []) : null;
  if (blank) row.after(blank);
  takeAway([row]);
  offerUndo(words(TABLES[table].removed, index + 1), words("undoRemoval"), () => {
    if (blank?.isConnected && isBlank(blank)) blank.replaceWith(row);
    else if (index < body.rows.length) body.rows[index].before(row);
    else body.append(row);
    settle(table, index);
    fieldOf(row, TABLES[table].focus).focus();
    return words("putBack");
  });
  const next = body.rows[Math.min(index, body.rows.length - 1)];
  next.querySelector('button[value^="remove-"], button[value^="undeduct-"]').focus();
}

function move(row, way, button) {
  const other = way === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  if (way === "up") other.before(row);
  else other.after(row);
  const from = Math.min(row.sectionRowIndex, other.sectionRowIndex);
  settle(tableOf(row), from, from + 2);
  (button.disabled ? row.querySelector(`button[value^="${way === "up" ? "down" : "up"}-"]`) : button).focus();
}

// What was typed into another row of another page is nothing to offer here. Said once somebody comes to the field.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("#invoice-form tbody input")) target.autocomplete = "off";
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.('#invoice-form button[name="do"]');
  const [, verb] = BUTTON.exec(button?.value ?? "") ?? [];
  if (!verb) return;
  const row = button.closest("tr");
  event.preventDefault();
  if (verb === "add" || verb === "deduct") {
    const table = verb === "add" ? "lines" : "deductions";
    const added = addRow(table);
    if (added) fieldOf(added, TABLES[table].focus).focus();
  } else if (verb === "more") fieldOf(row, FOLDED[0]).focus();
  else if (verb === "copy") {
    if (bodyOf("lines").rows.length < Number(bodyOf("lines").parentElement.dataset.max)) copy(row);
  } else if (verb === "remove" || verb === "undeduct") remove(row);
  else move(row, verb, button);
});

export function words(name, count = "") {
  return document.getElementById("pasted").dataset[name].replace("%n", count);
}

export function say(text) {
  document.getElementById("pasted-said").textContent = text;
}

/** Say what was done, with a button that takes it back: `run` does, and returns the words for it. */
export function offerUndo(said, label, run, { untilTyped = false } = {}) {
  undoing = { run, untilTyped };
  say(said);
  const button = document.getElementById("rows-undo");
  button.textContent = label;
  button.hidden = false;
}

export function withdrawUndo() {
  undoing = null;
  document.getElementById("rows-undo").hidden = true;
}

function undo() {
  const { run } = undoing;
  withdrawUndo();
  say(run());
}

/** Whether there is something to take back by the key, that then is. After typing the key is the browser's again. */
export function undoLast() {
  if (!undoing || undoing.typedSince) return false;
  undo();
  return true;
}

document.addEventListener("click", ({ target }) => {
  if (target.id === "rows-undo" && undoing) undo();
});

// What was typed since must not be lost with it.
document.addEventListener("input", ({ target }) => {
  if (!undoing || target.form?.id !== "invoice-form" || target.type === "hidden") return;
  if (undoing.untilTyped) withdrawUndo();
  else undoing.typedSince = true;
});
