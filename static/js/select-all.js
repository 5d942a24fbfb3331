// One box that ticks all boxes of its form's list ([data-select-all]); without script there is none.

const holder = document.querySelector("[data-select-all]");

if (holder) {
  const all = holder.querySelector("input");
  const boxes = [...holder.closest("form").querySelectorAll('table input[type="checkbox"]')];

  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
  };

  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  for (const box of boxes) box.addEventListener("change", show);
  // A browser that goes back restores the ticks after the page has loaded.
  addEventListener("pageshow", show);
  show();
  holder.hidden = false;
}
