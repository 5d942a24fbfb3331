// A button that prints the page ([data-print-page]); without script there is none, and the browser's own does it.

for (const button of document.querySelectorAll("[data-print-page]")) {
  button.addEventListener("click", () => window.print());
  button.hidden = false;
}
