// The tables by keyboard: Enter goes on to the next row, and rows of a spreadsheet are pasted into the lines.
// The server reads what was pasted and brings the whole editor; nothing of that is lost until it is undone or edited.

import { isComposing } from "./keys.js";

const NAME = /^(lines|deductions)-(\d+)-(\w+)$/;
const ADDING = { lines: "line-add", deductions: "deduction-add" };
let next = ""; // the field that is to have the focus when its row has come
let before = null; // what stood in the form before rows were pasted
let sending = false;

const byName = (name) => document.getElementsByName(name)[0];

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
  const [, table, index, column] = NAME.exec(event.target.name) ?? [];
  if (!table) {
    window.htmx.trigger("#live", "save-now");
    return;
  }
  const wanted = `${table}-${Number(index) + (event.shiftKey ? -1 : 1)}-${column}`;
  if (byName(wanted)) enter(byName(wanted));
  else if (!event.shiftKey && !event.repeat && !next) {
    const add = document.getElementById(ADDING[table]);
    if (!add) return; // no more rows
    next = wanted;
    add.click();
  }
});

/** Send the form, with other values than those that stand in it; the answer is the whole editor. */
function send(values) {
  sending = true;
  say(document.getElementById("pasted").dataset.waiting);
  const path = document.getElementById("invoice-form").action;
  const target = { target: "#editor", select: "#editor", swap: "outerHTML" };
  window.htmx.ajax("POST", path, { source: "#paste", values, ...target });
}

function say(words) {
  document.getElementById("pasted-said").textContent = words;
}

document.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain");
  const cell = event.target.closest?.("#id_lines [data-field]");
  // One cell is pasted as usual, and so is whatever comes into the fields that fold away.
  if (!cell || cell.closest("details") || !/[\t\r\n]/.test(text.replace(/[\r\n]+$/, ""))) return;
  event.preventDefault();
  if (sending) return;
  const [, , index, column] = NAME.exec(cell.name);
  const form = document.getElementById("invoice-form");
  before = new FormData(form);
  const values = new FormData(form);
  values.set("do", `paste-${index}-${column}`);
  values.set("pasted", text);
  send(values);
});

function undo() {
  before.set("do", "undo");
  const values = before;
  before = null;
  send(values);
}

document.addEventListener("click", (event) => {
  if (event.target.id === "paste-undo" && before && !sending) undo();
});
document.addEventListener("keydown", (event) => {
  if (isComposing(event) || event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  if (!before || sending || !event.target.closest?.("#invoice-form")) return;
  event.preventDefault();
  undo();
});

// What was typed since must not be undone with it.
document.addEventListener("input", ({ target }) => {
  if (!before || sending || target.form?.id !== "invoice-form") return;
  before = null;
  document.getElementById("paste-undo").hidden = true;
});

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  next = detail.successful ? next : "";
  if (target.id !== "paste") return;
  sending = false;
  if (detail.successful) return;
  before = null;
  say(document.getElementById("pasted").dataset.failed);
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target.id !== "editor") return;
  const { said } = document.getElementById("pasted-said").dataset;
  if (said) say(said); // only now, into a place that has been there before, so that it is read out
  document.getElementById("paste-undo").hidden = !(said && before);
  if (!said) before = null;
  if (next && byName(next)) enter(byName(next));
  next = "";
});
