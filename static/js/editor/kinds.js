// The kinds of steps one can add: which fit at a place, and which one was meant by what was typed.

import { Refused } from "./graph.js";
import { refuseDeep } from "./loops.js";

// Whether a kind fits: on a way out (source), on a link, inside a loop, or with none of them alone.
export function fits(editor, kind, { source = null, link = null, loop = null } = {}) {
  const { graph } = editor;
  const before = link ? graph.links.get(link)?.source : source;
  if (kind.is_start) return !before && !loop;
  if (link && !kind.view.ways.length) return false;
  if (!kind.is_loop) return true;
  try {
    refuseDeep(graph, before ? graph.steps.get(before)?.parent : loop, 1);
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

// Of the kinds' buttons in a list that are left by the search, the one that Enter means.
export function meant(list, typed) {
  const left = [...list.querySelectorAll("[data-kind]")].filter((one) => one.checkVisibility());
  const word = typed.trim().toLowerCase();
  const title = (one) => one.textContent.trim().toLowerCase();
  return left.find((one) => title(one) === word) ?? left.find((one) => title(one).startsWith(word)) ?? left[0] ?? null;
}

// Arrows walk from the search through the list and back; Enter in the search takes what is meant.
export function walkable(search, list, take) {
  const items = () => [...list.querySelectorAll("button")].filter((one) => one.checkVisibility());
  const go = (event, to) => {
    event.preventDefault();
    (to ?? search).focus();
  };
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") go(event, items()[0]);
    if (event.key !== "Enter") return;
    event.preventDefault();
    const one = meant(list, search.value);
    if (one) take(one, event);
  });
  list.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(document.activeElement);
    if (event.key === "ArrowDown") go(event, all[Math.min(at + 1, all.length - 1)]);
    if (event.key === "ArrowUp") go(event, all[at - 1]);
  });
}
