// A search box above a long list of choices: <select data-filter-select="…" data-found="%s…" data-not-found="…"> holds
// the words. Options match by label, group label, value of data-code, or data-kana. Without script the list is whole.

import { isComposing } from "./keys.js";

/** Full-width letters and digits become half-width, katakana hiragana, and letters small; small kana become large. */
export function plain(text) {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, "")
    .replace(/[\u30a1-\u30f6]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x60))
    .replace(/[\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u308e]/g, (letter) =>
      String.fromCharCode(letter.charCodeAt(0) + 1),
    )
    .replaceAll("\u3095", "\u304b")
    .replaceAll("\u3096", "\u3051")
    .replace(/\s+/g, "");
}

function entriesOf(select) {
  return [...select.querySelectorAll("option")].map((option) => {
    const group = option.closest("optgroup");
    const { kana = "", code = "" } = option.dataset;
    return { option, group, text: plain([option.label, group?.label ?? "", kana, code].join(" ")) };
  });
}

function enhance(select) {
  if (select.dataset.filterReady) return;
  select.dataset.filterReady = "true";
  const entries = entriesOf(select);
  const box = document.createElement("div");
  box.className = "filter-select";
  const search = document.createElement("input");
  search.type = "search";
  search.autocomplete = "off";
  search.placeholder = select.dataset.filterSelect;
  search.setAttribute("aria-label", select.dataset.filterSelect);
  search.setAttribute("aria-controls", select.id);
  const status = document.createElement("p");
  status.className = "filter-select__status";
  status.setAttribute("role", "status");
  select.before(box);
  box.append(search, select, status);

  function narrow() {
    const words = search.value.split(/[\s\u3000]+/).map(plain).filter(Boolean);
    const chosen = select.value;
    const found = entries.filter(({ option, text }) => option.value && words.every((word) => text.includes(word)));
    // What was chosen stays in the list, so that searching alone never loses a choice.
    const kept = entries.filter((entry) => !entry.option.value || entry.option.value === chosen || found.includes(entry));
    // Options are taken out, not hidden: some browsers still offer hidden ones in an open list.
    for (const { option } of entries) option.remove();
    for (const group of new Set(entries.map((entry) => entry.group))) group?.remove();
    for (const { option, group } of kept) {
      if (group && group.parentNode !== select) select.append(group);
      (group ?? select).append(option);
    }
    select.value = words.length && found.length === 1 ? found[0].option.value : chosen;
    if (select.value !== chosen) select.dispatchEvent(new Event("change", { bubbles: true }));
    const { found: some, notFound: none } = select.dataset;
    if (!words.length) status.textContent = "";
    else status.textContent = found.length ? some.replace("%s", found.length) : none;
  }

  search.addEventListener("input", (event) => {
    if (!event.isComposing) narrow();
  });
  search.addEventListener("compositionend", narrow);
  search.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key === "Escape" && search.value) {
      event.preventDefault();
      search.value = "";
      narrow();
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      // Enter in the search box must not send the form around it.
      event.preventDefault();
      select.focus();
    }
  });
}

function enhanceAll(root) {
  for (const select of root.querySelectorAll("select[data-filter-select]")) enhance(select);
}

document.addEventListener("htmx:load", (event) => enhanceAll(event.target));
enhanceAll(document);
