// Says so when what is being typed could not be saved: signed out, server away, network gone.
// <span id="save-state" data-failed="…" data-signed-out="…"> holds the words.

function say(event, signedOut) {
  if (event.target.id !== "live") return;
  const state = document.getElementById("save-state");
  state.dataset.level = "warning";
  state.textContent = signedOut ? state.dataset.signedOut : state.dataset.failed;
}

document.addEventListener("htmx:sendError", (event) => say(event, false));
document.addEventListener("htmx:timeout", (event) => say(event, false));
document.addEventListener("htmx:responseError", (event) => say(event, event.detail.xhr.status === 401));
