// What is typed reaches the server, whatever happens: after a lost network it is sent again, and after a lost session as
// soon as its writer has signed in again, in this tab or another. Until then the page says that it is not saved.
// <span id="save-state" data-saving="…" data-failed="…" data-signed-out="…" data-somebody-else="…"
// data-refused="…"> holds the words; data-unsaved when the server did not save. Whoever leaves the page is asked, while something is not saved yet.

const AGAIN = 5_000; // milliseconds after which a save that failed is tried again, and twice as many each time
const AGAIN_MAX = 300_000;

let typed = 0; // how often something was typed
let sent = 0; // up to where the server has been asked to save
let saved = 0; // up to where it did
let leaving = false;
let timer = 0; // of the next try
let pause = AGAIN; // until then
let again = null; // tries again; null while saving works

const state = () => document.getElementById("save-state");
const form = () => document.getElementById("invoice-form");

function say(words) {
  state().dataset.level = "warning";
  state().textContent = words;
}

function tryLater(words, next) {
  say(words);
  again = next;
  clearTimeout(timer);
  timer = setTimeout(next, pause);
  pause = Math.min(2 * pause, AGAIN_MAX);
}

/** 「保存済み」 is said of all that stands there, or not at all. */
function notYet() {
  if (saved < typed && state().dataset.level !== "warning") state().textContent = state().dataset.saving;
}

const saveNow = () => window.htmx.trigger("#live", "save-now");

/** Take over the token of whoever is signed in now, if that is the one who writes here. Returns what is the matter. */
async function renewToken() {
  const answer = await fetch(form().dataset.tokenPage, { cache: "no-store" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const writer = page.querySelector('input[name="writer"]')?.value;
  if (!writer) return "signedOut";
  const own = form().elements.writer.value;
  if (own.split(":")[0] !== writer.split(":")[0]) return "somebodyElse";
  const { value } = page.querySelector('input[name="csrfmiddlewaretoken"]');
  for (const input of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) input.value = value;
  document.body.setAttribute("hx-headers", JSON.stringify({ "x-csrftoken": value }));
  return "";
}

async function signInAgain() {
  let matter = "failed";
  try {
    matter = await renewToken();
  } catch {
    // The network is away.
  }
  if (matter) tryLater(state().dataset[matter], signInAgain);
  else saveNow();
}

document.addEventListener("htmx:sendError", ({ target }) => {
  if (target.id === "live") tryLater(state().dataset.failed, saveNow);
});
document.addEventListener("htmx:timeout", ({ target }) => {
  if (target.id === "live") tryLater(state().dataset.failed, saveNow);
});
document.addEventListener("htmx:responseError", ({ target, detail: { xhr } }) => {
  if (target.id !== "live") return;
  if (xhr.status === 403 && !again) {
    again = signInAgain; // signed in anew elsewhere: the token is another
    signInAgain();
  } else if ([401, 403].includes(xhr.status)) tryLater(state().dataset.signedOut, signInAgain);
  else if (xhr.status >= 500 || xhr.status === 429) tryLater(state().dataset.failed, saveNow);
  else say(state().dataset.refused);
});

for (const name of ["online", "focus"]) window.addEventListener(name, () => again?.());
document.addEventListener("visibilitychange", () => !document.hidden && again?.());

document.addEventListener("input", ({ target }) => {
  if (target.form?.id !== "invoice-form") return;
  typed += 1;
  leaving = false;
  notYet();
});
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.id !== "live") return;
  clearTimeout(timer);
  sent = typed;
});
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.id !== "live" || !detail.successful) return;
  again = null;
  pause = AGAIN;
  // An answer to an older save was lost, and this one was taken for it: what stands here is sent once more.
  const isOvertaken = detail.xhr.getResponseHeader("X-Overtaken") !== null;
  if (isOvertaken) setTimeout(saveNow);
  else saved = sent;
});

/** Once there is a draft, the page has its address: F5, Back and another tab find it. */
function haveOwnAddress() {
  const { action } = form();
  if (window.location.pathname.endsWith("/new/")) window.history.replaceState(window.history.state, "", action);
}
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "live-totals") return;
  notYet();
  if (document.getElementById("draft-version").value !== "0") haveOwnAddress();
});

// The form's own buttons take everything along, and whoever deletes the draft wants to lose it.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.matches("#invoice-form, [data-discards]")) leaving = true;
  if (event.target.id === "invoice-form") haveOwnAddress();
});
window.addEventListener("pageshow", () => {
  leaving = false;
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && (saved < typed || "unsaved" in state().dataset)) event.preventDefault();
});

/** Send the form with other values besides; after a refused token once more with a new one. */
export async function post(values) {
  const body = new URLSearchParams(new FormData(form()));
  for (const [name, value] of Object.entries(values)) body.set(name, value);
  const send = () => {
    body.set("csrfmiddlewaretoken", form().elements.csrfmiddlewaretoken.value);
    return fetch(form().action, { method: "POST", body, headers: { "HX-Request": "true" } });
  };
  const answer = await send();
  return answer.status === 403 && !(await renewToken()) ? send() : answer;
}
