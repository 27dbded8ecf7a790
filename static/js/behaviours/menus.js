// Menus close on Esc, on a click elsewhere, and when focus leaves; arrows walk through them.
// Wired by data-menu on the details element.

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export function start(page) {
  page.addEventListener("click", (event) => closeOthers(page, event.target));
  page.addEventListener("focusin", (event) => closeOthers(page, event.target));
  page.addEventListener("keydown", (event) => {
    const menu = event.target.closest("details[data-menu][open]");
    if (!menu) return;
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (event.key in STEPS) {
      event.preventDefault();
      walk(menu, STEPS[event.key]);
    }
  });
}

function closeOthers(page, target) {
  for (const menu of page.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
}

function walk(menu, by) {
  const items = [...menu.querySelectorAll(".menu-items :is(a, button)")];
  const at = items.indexOf(document.activeElement);
  items[nextIndex(at, by, items.length)]?.focus();
}

// From `at` (-1 for none yet) one on or back, round the ends.
export function nextIndex(at, by, count) {
  if (at < 0) return by > 0 ? 0 : count - 1;
  return (at + by + count) % count;
}
