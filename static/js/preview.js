// Shows the document while its section is open, and brings it up to date whenever the draft has been saved.
// A question that is still on its way is taken back (hx-sync), so that the newest alone is answered.

function refresh() {
  const saved = document.getElementById("draft-version").value !== "0";
  if (saved && document.getElementById("preview").open) window.htmx.trigger("#preview-sheets", "refresh");
}

document.addEventListener("toggle", (event) => event.target.id === "preview" && refresh(), true);
document.body.addEventListener("draft-saved", refresh);
