// "/" or "@" at the beginning of a message opens a list of the agents that it can be for.

const SHOWN = 8;
const WANTED = /^([/@])([^\n]{0,40})$/;
const known = new Map(); // what a server told, by its address

export function start(page) {
  let open = null; // {field, list}
  const close = () => {
    open?.list.remove();
    for (const name of ["aria-activedescendant", "aria-controls"]) open?.field.removeAttribute(name);
    open = null;
  };
  page.addEventListener("input", async ({ target: field }) => {
    if (!field.matches("[data-callable]")) return;
    if (!wantedIn(field.value, field.selectionStart)) return close();
    const agents = await told(field.dataset.callable);
    const wanted = wantedIn(field.value, field.selectionStart);
    const found = wanted && document.activeElement === field ? matching(agents, wanted) : [];
    close();
    if (found.length) open = shown(field, found);
    return undefined;
  });
  page.addEventListener("keydown", (event) => {
    if (!open || event.target !== open.field || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    else if (step) mark(open, step);
    else if (event.key === "Enter" || event.key === "Tab") take(open.list.querySelector("[aria-selected=true]"));
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, { capture: true });
  page.addEventListener("pointerdown", (event) => {
    const one = open && event.target.closest("#callable [role=option]");
    if (!one) return;
    event.preventDefault(); // the field keeps the focus
    take(one);
  });
  page.addEventListener("focusout", ({ target }) => target === open?.field && close());
  page.addEventListener("htmx:before:swap", close);

  function take(one) {
    const { field } = open;
    close();
    field.setRangeText(`${one.dataset.written} `, 0, field.selectionStart, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// {sign, words}: what stands before the cursor, when it may be the beginning of a name.
export function wantedIn(text, cursor) {
  const found = WANTED.exec(text.slice(0, cursor ?? text.length));
  return found ? { sign: found[1], words: found[2].toLowerCase() } : null;
}

// The agents whose name or command begins so, then those that have it in them.
export function matching(agents, { sign, words }) {
  const fits = agents.filter((one) => sign === "@" || one.command);
  const name = (one) => (sign === "/" ? one.command : one.name).toLowerCase();
  const begins = fits.filter((one) => name(one).startsWith(words));
  const has = fits.filter((one) => !name(one).startsWith(words) && name(one).includes(words));
  return [...begins, ...has].slice(0, SHOWN).map((one) => ({
    ...one,
    written: sign === "/" ? `/${one.command}` : `@${one.name}`,
  }));
}

async function told(address) {
  if (!known.has(address)) {
    const asked = fetch(address, { headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : { agents: [] }))
      .catch(() => ({ agents: [] }));
    known.set(address, asked);
  }
  return (await known.get(address)).agents;
}

function shown(field, found) {
  const list = document.createElement("ul");
  list.id = "callable";
  list.className = "callable";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Agents you can ask here");
  list.append(...found.map(option));
  field.before(list);
  field.setAttribute("aria-controls", list.id);
  const open = { field, list };
  mark(open, 0);
  return open;
}

function option({ written, name, about }, at) {
  const item = document.createElement("li");
  item.id = `callable-${at}`;
  item.setAttribute("role", "option");
  item.dataset.written = written;
  for (const [tag, words] of [["b", written], ["span", about || name]]) {
    const part = document.createElement(tag);
    part.className = "truncate";
    part.dir = "auto";
    part.textContent = words;
    item.append(part);
  }
  return item;
}

function mark({ field, list }, by) {
  const all = [...list.children];
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = all.at((at + by + (by ? 0 : 1)) % all.length);
  for (const one of all) one.setAttribute("aria-selected", String(one === next));
  field.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}
