// A second press of a submit button does nothing while the first is on its way (form[data-submit-once]).
// Only a courtesy: the server refuses the second of two requests by itself. Not for downloads, which stay on the page.

const PATIENCE = 15_000; // milliseconds; a stopped or failed request must not leave a dead form behind

function submitButtons(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

function release(form) {
  delete form.dataset.submitting;
  for (const button of submitButtons(form)) button.removeAttribute("aria-disabled");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-submit-once]") || event.defaultPrevented) return;
  if (form.dataset.submitting) {
    event.preventDefault();
    return;
  }
  form.dataset.submitting = "true";
  // aria-disabled keeps the pressed button's name and value in the request; `disabled` would drop them.
  for (const button of submitButtons(form)) button.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), PATIENCE);
});

// "Back" shows the page as it was left: the form must work again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-submit-once]")) release(form);
});
