// The link of an invitation or of a first sign-in carries its secret behind "#", which browsers never send to a server
// or to a log. This moves it into the field marked data-fragment-target and takes it out of the address bar.

function takeSecret() {
  const target = document.querySelector("[data-fragment-target]");
  const secret = window.location.hash.slice(1);
  // Links within a page, as to its main part, stand there too.
  if (target && secret && !document.getElementById(secret)) {
    target.value = secret;
    target.dispatchEvent(new Event("input", { bubbles: true }));
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
  }
}

takeSecret();
// A newer link that is opened over the same page loads nothing anew.
window.addEventListener("hashchange", takeSecret);
