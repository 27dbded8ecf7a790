// The panel beside the canvas: what of which step is open, and when it is shown anew.

import { createPanelSave } from "./panel_save.js";
import { panelPage, swap } from "./panel_page.js";
import { createSight } from "./sight.js";

const FOLLOW_MS = 150;
const ELSEWHERE = "dialog, details[open].menu, [role=menu], #proposals, #palette, #problems";
const GONE = "This step is no longer in the flow.";

export function start(editor, page) {
  const place = document.getElementById("panel-place");
  const open = { step: null, tab: "settings", field: null };
  const shown = () => place.querySelector("#panel");
  const sight = createSight(editor, page);
  const save = createPanelSave(editor, page, { open, shown, close });
  let asked = 0;
  let timer = 0;
  let isByKey = false; // whoever points goes on working on the canvas

  // a click on a card shows the panel and leaves the keyboard on the card
  editor.on("open", ({ step, tab = "settings", field = null, staysOnCard = false }) =>
    step && go(step, tab, { field, staysOnCard }));
  editor.on("graph", ({ after, origin }) => {
    if (!open.step || origin === "preview") return;
    if (!after.steps.has(open.step)) close({ isGone: true });
    else if (origin !== "panel" && save.isBehind()) follow();
  });
  editor.on("problems", () => open.step && open.tab === "settings" && save.isBehind() && follow());
  editor.on("run", () => open.tab === "result" && follow());
  editor.on("saved", ({ state }) => state === "saved" && save.isWaiting && save.later());

  place.addEventListener("click", clicked);
  document.addEventListener("pointerdown", () => (isByKey = false), { capture: true });
  document.addEventListener("keydown", () => (isByKey = true), { capture: true });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !open.step || event.target.closest(ELSEWHERE)) return;
    event.preventDefault();
    leave();
  });
  const first = new URLSearchParams(location.search).get("step");
  const field = /^#set-(\w+)$/.exec(location.hash)?.[1]; // a problem elsewhere led to it
  if (editor.graph.steps.has(first)) queueMicrotask(() => editor.emit("open", { step: first, tab: editor.usualTab(first), field }));
  return { close, turnTo, flush: () => save.now() };

  // A step was just made: whoever has a panel open would else set the wrong one.
  function turnTo(step) {
    if (open.step && editor.graph.steps.has(step)) go(step, "settings", { staysOnCard: true });
  }

  // Show a side of a step; what is typed in the one that is open is saved first.
  async function go(step, tab, { field = null, isFresh = false, staysOnCard = false } = {}) {
    const isOther = step !== open.step || tab !== open.tab;
    if (!isOther && !isFresh && shown()) return staysOnCard ? undefined : reach(field);
    if (isOther && open.step && !(await save.now())) return undefined;
    const mine = ++asked;
    await page.save?.flush();
    const { status, panel } = await panelPage(address(step, tab));
    if (mine !== asked || !editor.graph.steps.has(step)) return undefined; // it was deleted meanwhile
    if (!panel) return editor.say(status === 404 ? GONE : "The settings could not be opened. Try again.", "bad");
    if (isFresh && save.isDirty) return undefined;
    Object.assign(open, { step, tab });
    remember(step); // before anybody sees it: a reload at once opens it, too
    const isNew = shown()?.dataset.step !== step;
    await swap(place, panel, { isNew: isNew || isOther });
    shown().dataset.run = editor.run?.id ?? "";
    save.begin();
    if (!isFresh) sight.keep(step);
    return isFresh || staysOnCard ? undefined : reach(field, isNew);
  }

  // The keyboard goes to the setting that was asked for, else to the title.
  function reach(field, isNew = true) {
    const control = field && shown().querySelector(`#set-${field}, [id^="set-${field}-"]`);
    const focusable = control?.matches("input, select, textarea") ? control : control?.querySelector("input, select, textarea");
    if (focusable) focusable.focus();
    else if (isNew && isByKey) shown().querySelector("#panel-title")?.focus({ preventScroll: true });
  }

  function follow() {
    const then = asked;
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (then !== asked) return; // something else is being opened
      if (open.tab === "settings" && !save.isBehind()) return;
      if (open.step && !save.isDirty && !place.querySelector("dialog[open]")) go(open.step, open.tab, { isFresh: true });
    }, FOLLOW_MS);
  }

  function clicked(event) {
    const tab = event.target.closest("[data-tab]");
    if (tab?.matches("a")) go(open.step, tab.dataset.tab, { isFresh: tab.dataset.tab === open.tab });
    else if (event.target.closest("[data-panel-close]")) leave();
    else if (event.target.closest("[data-panel-reload]")) {
      save.giveWay().then(() => go(open.step, "settings", { isFresh: true }));
    } else if (event.target.closest("[data-panel-menu]")) {
      const { left, bottom } = event.target.closest("button").getBoundingClientRect();
      page.menu.openAt(shown(), left, bottom + 4);
    } else return;
    event.preventDefault();
  }

  async function leave() {
    if (await save.now()) close();
  }

  function close({ isGone = false } = {}) {
    const { step } = open;
    if (!step) return;
    if (isGone && save.isDirty) editor.say(`${GONE} What you typed last is not saved.`, "bad");
    save.drop();
    asked += 1;
    open.step = null;
    place.replaceChildren();
    sight.back();
    remember(null);
    editor.emit("open", { step: null, tab: null });
    if (editor.graph.steps.has(step)) editor.focusStep(step);
  }

  function address(step, tab) {
    const found = new URL(editor.at[tab === "settings" ? "panel" : tab].replace("STEPSTEP", step), location.href);
    if (tab === "result" && editor.run?.id) found.searchParams.set("run", editor.run.id);
    const item = editor.run?.steps.get(step)?.path; // which item of the loops around it is shown
    if (tab === "result" && item) found.searchParams.set("item", item);
    return found;
  }
}

// The address of the page names the open step, so that a reload and the outline open it too.
function remember(step) {
  const here = new URL(location.href);
  if (step) here.searchParams.set("step", step);
  else here.searchParams.delete("step");
  history.replaceState(history.state, "", here);
}
