// The answers to what is typed bring the sums, and whatever else has changed. What the person chose meanwhile stays, and
// an answer to rows that have other numbers by now says nothing about rows any more.

import { generationOfRows } from "./editor-table.js";

let isStale = false;

const rowsOfLines = () => [...document.querySelectorAll("#id_lines > tbody > tr")];

// The page says what its rows show, so that the answer holds the differences alone.
document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (target.id !== "live") return;
  detail.generation = generationOfRows();
  const rows = rowsOfLines();
  const rates = rows.map((row) => row.querySelector('[name$="-rate"]').options[0].dataset.rates ?? "-");
  const [, ...rest] = document.getElementById("choices-shown").value.split(".");
  detail.parameters.shown = [rates.join(""), ...rest].join(".");
  detail.parameters.amounts = rows.map((row) => row.querySelector("[data-mark]").dataset.mark.padEnd(4, "-")).join("");
});

document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  if (target.id === "live-totals") isStale = detail.requestConfig.generation !== generationOfRows();
});

// A select gets other choices in the course of typing (out of band): its choice stays, if it is still offered.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const { target } = detail;
  if (isStale && (target.closest("tr") || ["unread", "choices-shown"].includes(target.id))) detail.shouldSwap = false;
  else if (target.matches("select")) target.dataset.chosen = target.value;
});
document.addEventListener("htmx:oobAfterSwap", ({ detail: { target } }) => {
  const { chosen } = target.dataset;
  if (chosen === undefined) return;
  delete target.dataset.chosen;
  const isOffered = [...target.options].some((option) => option.value === chosen);
  // What was pasted into a row stays to be seen, although nothing is called so.
  if (!isOffered && target.closest("tr")) target.add(new Option(chosen, chosen));
  if (isOffered || target.closest("tr")) target.value = chosen;
});

document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  if (target.id !== "live-totals" || detail.requestConfig.generation !== generationOfRows()) return;
  const rows = rowsOfLines();
  for (const [index, text, mark] of JSON.parse(document.getElementById("changed-amounts").dataset.changed)) {
    const amount = rows[index]?.querySelector("[data-mark]");
    if (amount) Object.assign(amount, { textContent: text }).dataset.mark = mark;
  }
});
