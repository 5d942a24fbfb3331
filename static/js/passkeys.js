// Passkeys: asks the device, and sends its answer with the form (form[data-passkey]).
// "add" makes a new one, "ask" and "sign-in" ask for one that is there. Without script, or where the browser knows no
// passkeys, these forms stay hidden, and people use an app's codes.

function bytes(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function known(credentials = []) {
  return credentials.map((each) => ({ ...each, id: bytes(each.id) }));
}

async function make(options, passwordless) {
  const wanted = { ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) } };
  wanted.excludeCredentials = known(options.excludeCredentials);
  if (passwordless) {
    wanted.authenticatorSelection = {
      ...options.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    };
  }
  const made = await navigator.credentials.create({ publicKey: wanted });
  return answer(made, {
    clientDataJSON: text(made.response.clientDataJSON),
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function ask(options) {
  const wanted = { ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials) };
  const got = await navigator.credentials.get({ publicKey: wanted });
  return answer(got, {
    clientDataJSON: text(got.response.clientDataJSON),
    authenticatorData: text(got.response.authenticatorData),
    signature: text(got.response.signature),
    userHandle: got.response.userHandle ? text(got.response.userHandle) : null,
  });
}

function answer(credential, response) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function optionsOf(form) {
  if (form.dataset.passkey !== "sign-in") return JSON.parse(document.getElementById("js_data").textContent);
  const got = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!got.ok) throw new Error(`no options for a passkey: ${got.status}`);
  return got.json();
}

async function send(form) {
  const options = await optionsOf(form);
  const said =
    form.dataset.passkey === "add"
      ? await make(options.creation_options.publicKey, form.elements.passwordless.checked)
      : await ask(options.request_options.publicKey);
  form.elements.credential.value = JSON.stringify(said);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  const problem = form.querySelector("[data-passkey-problem]");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem.hidden = true;
    send(form).catch(() => {
      problem.hidden = false;
      problem.focus();
    });
  });
  form.hidden = false;
  for (const beside of document.querySelectorAll("[data-with-passkeys]")) beside.hidden = false;
}
