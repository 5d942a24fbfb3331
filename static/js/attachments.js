// Attaching files by choosing or dropping them, one request for each, with its progress (form[data-upload]).
// Without script the form sends all chosen files at once. The words stand in data attributes of the form.

const form = document.querySelector("form[data-upload]");
const zone = form.querySelector("[data-drop-zone]");
const uploads = form.querySelector("[data-uploads]");
const status = form.querySelector("[data-upload-status]");
const input = form.querySelector('input[type="file"]');
const words = form.dataset;
const queue = [];
let busy = false;

/** A line for one file: its name, a bar, and what became of it. */
function line(file) {
  const tags = ["li", "span", "progress", "span"];
  const [item, name, bar, outcome] = tags.map((tag) => document.createElement(tag));
  item.className = "uploads__item";
  name.textContent = file.name;
  bar.className = "progress";
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  outcome.className = "small";
  outcome.textContent = words.waiting;
  item.append(name, bar, outcome);
  uploads.append(item);
  return { item, bar, outcome };
}

function refuse({ bar, outcome, item }, reason) {
  bar.remove();
  item.dataset.invalid = "";
  outcome.className = "field__errors";
  outcome.textContent = reason;
  status.textContent = `${item.firstChild.textContent} ${reason}`;
}

function finish(file, shown, request) {
  if (request.status === 200) {
    document.getElementById("attachments-current").outerHTML = request.responseText;
    shown.item.remove();
    status.textContent = words.attached.replace("%s", file.name);
  } else if (request.status === 422 || request.status === 429) refuse(shown, request.responseText);
  else if (request.status === 401) refuse(shown, words.signedOut);
  else if (request.status === 413) refuse(shown, words.tooLarge);
  else refuse(shown, words.failed);
}

function send({ file, shown }) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append(input.name, file);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => {
    const part = event.lengthComputable ? event.loaded / event.total : 0;
    shown.bar.value = part;
    shown.outcome.textContent = `${Math.round(part * 100)}%`;
  });
  request.addEventListener("loadend", () => {
    finish(file, shown, request);
    busy = false;
    next();
  });
  busy = true;
  request.send(body);
}

/** One file after the other: the server counts what is there already. */
function next() {
  if (!busy && queue.length) send(queue.shift());
}

function take(files) {
  for (const item of uploads.querySelectorAll("[data-invalid]")) item.remove();
  for (const file of files) {
    const shown = line(file);
    if (file.size > Number(words.maxBytes)) refuse(shown, words.tooLarge);
    else queue.push({ file, shown });
  }
  next();
}

input.addEventListener("change", () => {
  take([...input.files]);
  input.value = "";
});

for (const name of ["dragenter", "dragover"]) {
  zone.addEventListener(name, (event) => {
    event.preventDefault();
    zone.dataset.over = "";
  });
}
zone.addEventListener("dragleave", (event) => {
  if (!zone.contains(event.relatedTarget)) delete zone.dataset.over;
});
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  delete zone.dataset.over;
  take([...event.dataTransfer.files]);
});

form.querySelector("[data-with-script]").hidden = false;
form.querySelector("[data-without-script]").hidden = true;
