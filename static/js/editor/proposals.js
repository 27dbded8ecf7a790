// The choice of a step for one place: at a way out, on a link, inside a loop, or where a wire ended.

import { add } from "./adding.js";
import { CARD_W, LOOP_HEAD, linkEnds, linkPoint, linkStart, rectOf, toGrid } from "./geometry.js";
import { fits, walkable } from "./kinds.js";
import { partsOf } from "./pointed.js";

const MARGIN = 8;
const ASIDE = 32; // where there is no room below

export function start(editor, page) {
  const box = document.getElementById("proposals");
  if (!box || !editor.editable) return { open() {}, close() {} };
  const search = box.querySelector("input");
  const list = document.getElementById("proposal-kinds");
  let place = null;
  let before = null;

  // `place` as addStep takes it, or {source, port, at}: where a wire from that way out was dropped.
  function open(wanted) {
    place = wanted;
    before = document.activeElement;
    fill();
    box.hidden = false;
    const room = box.getBoundingClientRect();
    const ground = page.canvas.getBoundingClientRect();
    const point = anchor(editor, wanted);
    const { x, y } = page.view.toScreen(point.x, point.y);
    const within = (value, most) => `${Math.max(MARGIN, Math.min(value, most - MARGIN))}px`;
    const isBelow = y - ground.top + room.height + 2 * MARGIN < ground.height;
    const aside = isBelow ? -room.width / 2 : ASIDE;
    box.style.insetInlineStart = within(x - ground.left + aside, ground.width - room.width);
    box.style.insetBlockStart = within(y - ground.top + MARGIN, ground.height - room.height);
    // with a finger one points; the keyboard on the screen would hide half of it
    const first = matchMedia("(hover: none)").matches ? list.querySelector("button") : search;
    (first ?? search).focus({ preventScroll: true });
    editor.say(`${list.querySelectorAll("[data-kind]").length} kinds of steps fit here.`);
  }

  function fill() {
    search.value = "";
    list.replaceChildren();
    document.getElementById("proposal-kinds-none").hidden = true;
    for (const group of document.querySelectorAll("#kinds [data-filter-group]")) {
      const copy = group.cloneNode(true);
      copy.hidden = false;
      copy.removeAttribute("aria-labelledby");
      copy.querySelector("h2").removeAttribute("id");
      for (const one of copy.querySelectorAll("button")) {
        one.hidden = false;
        const kind = editor.kinds.get(one.dataset.kind);
        if (!kind || !fits(editor, kind, { ...place, source: place.source ?? place.after })) one.remove();
      }
      if (copy.querySelector("button")) list.append(copy);
    }
    list.scrollTop = 0;
  }

  function close({ back = true } = {}) {
    if (box.hidden) return false;
    box.hidden = true;
    if (back && before?.isConnected) before.focus({ preventScroll: true });
    return true;
  }

  function take(one) {
    const { source, port, at, ...rest } = place;
    close({ back: false });
    if (at) add(editor, page, one.dataset.kind, { source, port, at: aroundPoint(at), ...rest });
    else add(editor, page, one.dataset.kind, { port, ...rest });
  }

  walkable(search, list, take);
  const onLink = document.getElementById("link-add");
  onLink.addEventListener("click", () => open({ link: onLink.dataset.link }));
  page.canvas.addEventListener("click", (event) => { // by a key or a screen reader
    const { step, port } = partsOf(event.target);
    if (port && event.detail === 0) open({ after: step, port });
  });
  list.addEventListener("click", (event) => {
    const one = event.target.closest("[data-kind]");
    if (one) take(one);
  });
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
  });
  box.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) close({ back: false });
  });
  document.addEventListener("pointerdown", (event) => {
    if (!box.contains(event.target)) close({ back: false });
  }, { capture: true });
  return { open, close };
}

// The point of the world that the choice is about.
function anchor({ graph, views }, { at, link, after, port, loop }) {
  if (at) return at;
  if (link) {
    const { from, to } = linkEnds(graph, views, graph.links.get(link));
    return linkPoint(from, to);
  }
  const rect = rectOf(graph, views, after ?? loop);
  return after ? linkStart(rect, views.get(after), port) : { x: rect.x + rect.w / 2, y: rect.y + LOOP_HEAD };
}

// A card's top left, so that its way in is at the point.
const aroundPoint = ({ x, y }) => ({ x: toGrid(x - CARD_W / 2), y: toGrid(y) });
