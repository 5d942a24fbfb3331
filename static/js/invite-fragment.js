// An invitation's link carries its secret behind "#", which browsers never send to a server or to a log.
// This moves it into the field marked data-fragment-target and takes it out of the address bar.

const target = document.querySelector("[data-fragment-target]");
const secret = window.location.hash.slice(1);

if (target && secret) {
  target.value = secret;
  target.dispatchEvent(new Event("input", { bubbles: true }));
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
}
