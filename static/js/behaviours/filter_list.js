// A search that narrows a list while one types; without scripts its form asks the server. Wired by
// data-filters="id of the list" on the input, data-filter-words on what is found, data-filter-group
// around those of one heading; "<id>-none" is what is said when nothing is left.

export function start(page) {
  const refilter = () => page.querySelectorAll("[data-filters]").forEach((input) => filter(page, input));
  page.addEventListener("input", (event) => {
    if (event.target.matches("[data-filters]")) filter(page, event.target);
  });
  page.addEventListener("submit", (event) => {
    const input = event.target.querySelector("[data-filters]");
    if (!input) return;
    event.preventDefault();
    filter(page, input);
    listOf(page, input)?.querySelector("[data-filter-words]:not([hidden])")?.focus();
  });
  page.addEventListener("htmx:after:swap", refilter);
}

function filter(page, input) {
  const list = listOf(page, input);
  if (!list) return;
  for (const item of list.querySelectorAll("[data-filter-words]")) {
    item.hidden = !hasAll(item.dataset.filterWords, input.value);
  }
  for (const group of list.querySelectorAll("[data-filter-group]")) {
    group.hidden = !group.querySelector("[data-filter-words]:not([hidden])");
  }
  const none = page.getElementById(`${list.id}-none`);
  if (none) none.hidden = Boolean(list.querySelector("[data-filter-words]:not([hidden])"));
}

function listOf(page, input) {
  return page.getElementById(input.dataset.filters);
}

// Whether every word that was typed is in the text, capitals and hyphens aside.
export function hasAll(text, typed) {
  const there = plain(text);
  return plain(typed).split(/\s+/).every((word) => there.includes(word));
}

function plain(words) {
  return words.toLowerCase().replaceAll("-", "");
}
