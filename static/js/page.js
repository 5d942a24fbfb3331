// On every page: the header's menus close by Escape and by a click elsewhere, a button unfolds them on a narrow screen,
// and after a refused form the summary of errors has the focus.

import { isComposing } from "./keys.js";

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const toggle = event.target.closest("[data-menu-toggle]");
  if (toggle) {
    const open = document.getElementById(toggle.dataset.menuToggle).toggleAttribute("data-open");
    toggle.setAttribute("aria-expanded", String(open));
  }
  closeMenus(event.target.closest("details[data-menu]"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || isComposing(event)) return;
  const menu = document.querySelector("details[data-menu][open]");
  if (!menu) return;
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  menu.open = false;
});

document.querySelector("[data-focus-on-load]")?.focus();
