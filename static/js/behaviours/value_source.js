// The values that fields of a panel can take, as the server knows them: asked for once per panel.

const known = new Map(); // address → the tree, until the panel is another one

// The tree below a field as an element of its own, or null when it cannot be had.
export async function valuesOf(field) {
  const panel = field.closest("[data-values]");
  if (!panel) return null;
  const address = withRun(panel, panel.dataset.values);
  try {
    const text = await asked(address);
    const box = text === null ? null : new DOMParser().parseFromString(text, "text/html").querySelector("#values");
    return box ? document.adoptNode(box) : null;
  } catch {
    known.delete(address);
    return null;
  }
}

// Forget what was heard: the flow or its runs are others now.
export function forget() {
  known.clear();
}

// {text, is_problem}: what the field comes to, or null when that cannot be had.
export async function comesTo(field) {
  const panel = field.closest("[data-values]");
  if (!panel) return null;
  const body = new URLSearchParams({ text: field.value });
  const headers = { "X-CSRFToken": document.querySelector('meta[name="csrf-token"]')?.content ?? "" };
  try {
    const answer = await fetch(withRun(panel, `${panel.dataset.values}/preview`), { method: "POST", body, headers });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

// Every row of a tree, in its order.
export const rowsOf = (box) => [...box.querySelectorAll("[role=treeitem]")];

function withRun(panel, path) {
  const address = new URL(path, location.href);
  if (panel.dataset.run) address.searchParams.set("run", panel.dataset.run);
  return address.href;
}

async function asked(address) {
  if (!known.has(address)) {
    known.clear();
    known.set(address, fetch(address).then((answer) => (answer.ok ? answer.text() : null)));
  }
  const text = await known.get(address);
  if (text === null) known.delete(address);
  return text;
}
