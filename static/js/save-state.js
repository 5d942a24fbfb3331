// Says so when what is being typed could not be saved: signed out, server away, network gone.
// <span id="save-state" data-failed="…" data-signed-out="…"> holds the words; data-unsaved when the server did not save.
// Whoever leaves the page is asked, while something is not saved yet.

let typed = 0; // how often something was typed
let sent = 0; // up to where the server has been asked to save
let saved = 0; // up to where it did
let leaving = false;

const state = () => document.getElementById("save-state");

function say(event, signedOut) {
  if (event.target.id !== "live") return;
  state().dataset.level = "warning";
  state().textContent = signedOut ? state().dataset.signedOut : state().dataset.failed;
}

document.addEventListener("htmx:sendError", (event) => say(event, false));
document.addEventListener("htmx:timeout", (event) => say(event, false));
document.addEventListener("htmx:responseError", (event) => say(event, event.detail.xhr.status === 401));

document.addEventListener("input", ({ target }) => {
  if (target.form?.id !== "invoice-form") return;
  typed += 1;
  leaving = false;
});
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.id === "live") sent = typed;
});
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.id === "live" && detail.successful) saved = sent;
});
// A button of the tables has sent all that stood in the form.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "editor") saved = typed;
});

// The form's own buttons take everything along, and whoever deletes the draft wants to lose it.
document.addEventListener("submit", (event) => {
  if (event.target.matches("#invoice-form, [data-discards]") && !event.defaultPrevented) leaving = true;
});
window.addEventListener("pageshow", () => {
  leaving = false;
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && (saved < typed || "unsaved" in state().dataset)) event.preventDefault();
});
