// What cannot be read is marked at its field as soon as the answer to the typing says so; the focus stays where it is.
// <ul id="unread"> names it, in the page and in each answer: <li data-field="id_title">…</li>. A mark goes with its row.

import { generationOfRows } from "./editor-table.js";

function named() {
  const fields = new Map();
  for (const { dataset, textContent } of document.querySelectorAll("#unread > li")) {
    fields.set(dataset.field, [...(fields.get(dataset.field) ?? []), textContent]);
  }
  return fields;
}

/** The field of this id. A row's has one only once there is something to say about it. */
function fieldOfId(id) {
  const field = document.getElementById(id) ?? document.getElementsByName(id.replace(/^id_/, ""))[0];
  if (field && !field.id) field.id = id;
  return field;
}

/** After what the messages of a field stand: its control, with whatever belongs to that. */
function controlOf(field) {
  const whole = field.closest(".field__control") ?? field.closest("td label") ?? field;
  const next = whole.nextElementSibling;
  return next?.matches("output.era") ? next : whole;
}

function describe(field, id, isOn) {
  const ids = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (isOn) ids.add(id);
  else ids.delete(id);
  if (ids.size) field.setAttribute("aria-describedby", [...ids].join(" "));
  else field.removeAttribute("aria-describedby");
}

function mark(id, messages) {
  const field = fieldOfId(id);
  if (!field) return;
  const errorId = `${id}_error`;
  document.getElementById(errorId)?.remove();
  if (messages) {
    const list = document.createElement("ul");
    list.className = "field__errors";
    list.id = errorId;
    for (const message of messages) list.append(Object.assign(document.createElement("li"), { textContent: message }));
    controlOf(field).after(list);
    field.setAttribute("aria-invalid", "true");
    field.dataset.unread = messages.join("\n");
  } else {
    field.removeAttribute("aria-invalid");
    delete field.dataset.unread;
  }
  describe(field, errorId, Boolean(messages));
  const whole = field.closest(".field, tr");
  whole?.toggleAttribute("data-invalid", whole.querySelector('[aria-invalid="true"]') !== null);
}

document.addEventListener("htmx:afterSettle", ({ target, detail }) => {
  if (target.id !== "live-totals" || detail.requestConfig.generation !== generationOfRows()) return;
  const fields = named();
  for (const [id, messages] of fields) {
    if (fieldOfId(id)?.dataset.unread !== messages.join("\n")) mark(id, messages);
  }
  for (const field of document.querySelectorAll("#invoice-form [data-unread]")) {
    if (!fields.has(field.id)) mark(field.id, null);
  }
});

// The page comes with its marks.
for (const [id, messages] of named()) fieldOfId(id)?.setAttribute("data-unread", messages.join("\n"));
