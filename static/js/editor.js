// The server sends parts of the editor anew. What the person chose or unfolded meanwhile stays as it is.

// A select gets other choices in the course of typing (out of band): its choice stays, if it is still offered.
document.addEventListener("htmx:oobBeforeSwap", ({ detail: { target } }) => {
  if (target.matches("select")) target.dataset.chosen = target.value;
});
document.addEventListener("htmx:oobAfterSwap", ({ detail: { target } }) => {
  const { chosen } = target.dataset;
  if (chosen === undefined) return;
  delete target.dataset.chosen;
  if ([...target.options].some((option) => option.value === chosen)) target.value = chosen;
});

// A button of the tables brings the whole editor: what was unfolded stays so.
let unfolded = [];
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  if (target.id === "editor") unfolded = [...target.querySelectorAll("details[id][open]")].map(({ id }) => id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of unfolded.splice(0)) document.getElementById(id)?.setAttribute("open", "");
});
