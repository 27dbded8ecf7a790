// The keyboard in a tree: up and down, into a branch and out of it, by the rules of WAI-ARIA.

// Go where the key leads from this row; true if the key means something here.
export function walk(row, key) {
  const rows = visible(row.closest("[role=tree]"));
  const at = rows.indexOf(row);
  const isOpen = row.getAttribute("aria-expanded");
  if (key === "ArrowDown") reach(rows[at + 1]);
  else if (key === "ArrowUp") reach(rows[at - 1]);
  else if (key === "Home") reach(rows[0]);
  else if (key === "End") reach(rows.at(-1));
  else if (key === "ArrowRight" && isOpen === "false") row.setAttribute("aria-expanded", "true");
  else if (key === "ArrowRight" && isOpen === "true") reach(rows[at + 1]);
  else if (key === "ArrowLeft" && isOpen === "true") row.setAttribute("aria-expanded", "false");
  else if (key === "ArrowLeft") reach(row.parentElement.closest("[role=treeitem]"));
  else return false;
  return true;
}

function reach(row) {
  if (!row) return;
  for (const one of row.closest("[role=tree]").querySelectorAll('[tabindex="0"]')) one.tabIndex = -1;
  row.tabIndex = 0;
  row.focus();
}

const visible = (tree) => [...tree.querySelectorAll("[role=treeitem]")].filter((row) =>
  !row.parentElement.closest('[role=treeitem][aria-expanded="false"]'));
