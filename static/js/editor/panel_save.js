// Saving the open settings as they are typed. Words stay in the form until the server has them.

import { panelPage, showChosen, showWritten, swap } from "./panel_page.js";

const QUIET_MS = 700;
const MOST_TRIES = 3;

export const createPanelSave = (editor, page, parts) => new PanelSave(editor, page, parts);

class PanelSave {
  isWaiting = false; // for a connection
  #editor;
  #page;
  #parts;
  #timer = 0;
  #saved = ""; // the form as the server has it
  #refused = null; // the form as the server would not take it
  #isHeld = false; // somebody else changed the step: only pressing a button saves
  #base = ""; // the step as the panel shows it
  #revision = 0;
  #problems = "";
  #sending = null;

  constructor(editor, page, parts) {
    this.#editor = editor;
    this.#page = page;
    this.#parts = parts;
    const place = document.getElementById("panel-place");
    place.addEventListener("input", (event) => this.#typed(event));
    place.addEventListener("change", (event) => event.target.form?.matches("[data-settings]") && this.now({ isQuiet: true }));
    place.addEventListener("submit", (event) => this.#submitted(event));
    addEventListener("pagehide", () => this.#last());
    addEventListener("beforeunload", (event) => this.isDirty && (this.#last(), event.preventDefault()));
    document.addEventListener("click", (event) => this.#left(event), { capture: true });
  }

  get #form() {
    return this.#parts.shown()?.querySelector("form[data-settings]") ?? null;
  }

  // Whether something is typed that the server does not have.
  get isDirty() {
    return this.#form !== null && spelled(this.#form) !== this.#saved;
  }

  // The panel was put in place: what it shows is what the server has.
  begin() {
    showChosen(this.#form);
    showWritten(this.#form);
    this.#saved = this.#form ? spelled(this.#form) : "";
    this.#refused = null;
    this.#isHeld = this.isWaiting = false;
    this.#known();
  }

  // Let go of what is typed.
  drop() {
    clearTimeout(this.#timer);
    this.#saved = this.#form ? spelled(this.#form) : "";
    this.#isHeld = this.isWaiting = false;
  }

  // What somebody else made of the step stays. What is typed is saved before, so that undo brings
  // it back; words that cannot be saved are let go of.
  async giveWay() {
    const theirs = this.#editor.graph;
    if (await this.now({ button: this.#form })) {
      this.#editor.apply("Take theirs", () => theirs);
      this.#editor.say("Theirs stays. Undo brings back what you typed.", "info");
    } else this.#editor.emit("saved", { state: "saved" });
    this.drop();
  }

  // Whether the step or its problems are others than those that the panel shows.
  isBehind() {
    return this.#step() !== this.#base || this.#problemsNow() !== this.#problems;
  }

  later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now({ isQuiet: true }), QUIET_MS);
  }

  // Save what is typed; true when nothing is left to save, or when it was refused twice alike.
  async now({ isQuiet = false, button = null } = {}) {
    clearTimeout(this.#timer);
    while (this.#sending) await this.#sending;
    const form = this.#form;
    if (!form || (!button && !this.isDirty)) return true;
    if (isQuiet && document.getElementById("value-list")) return this.later(); // a value is being chosen
    if (this.#isHeld && !button) {
      if (!isQuiet) this.#editor.say("Say first whose settings stay: yours or theirs.", "bad");
      return false;
    }
    if (this.#refused === spelled(form) && !button) return !isQuiet;
    this.#sending = this.#send(form, button, isQuiet).finally(() => (this.#sending = null));
    return this.#sending;
  }

  #typed({ target }) {
    if (target.form?.matches("[data-settings]")) this.later();
  }

  #submitted(event) {
    if (!event.target.matches("[data-settings]")) return;
    event.preventDefault();
    this.now({ button: event.submitter ?? event.target });
  }

  async #send(form, button, isQuiet) {
    this.#editor.emit("saved", { state: "saving" });
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      if (this.#page.save && !(await this.#page.save.flush())) return this.#wait();
      const before = this.#editor.graph;
      const sent = spelled(form);
      const body = new FormData(form, button?.matches?.("button") ? button : null);
      const isMine = button || this.#step() === this.#base;
      body.set("revision", isMine ? this.#editor.revision : this.#revision);
      const answer = await panelPage(form.action, body);
      if (answer.status === 409 && isMine && this.#met(answer.draft)) continue;
      return this.#answered(answer, { before, sent, isQuiet, button });
    }
    return this.#wait();
  }

  async #answered({ status, panel, draft, sentence }, { before, sent, isQuiet, button }) {
    if (status === 0 || status >= 500) return this.#wait();
    this.isWaiting = false;
    if (status === 410) return this.#parts.close({ isGone: true }), true;
    if (status === 200) {
      this.#take(draft, before);
      this.#known();
      this.#saved = sent;
      this.#refused = null;
      this.#isHeld = false;
    } else if (status === 409 && draft) {
      this.#isHeld = true;
      this.#editor.take({ ...draft, origin: "server" });
    } else if (status === 422) this.#refused = sent;
    else this.#editor.say(sentence, "bad");
    this.#editor.emit("saved", { state: status === 200 ? "saved" : "refused", at: draft?.saved_at, sentence: status === 200 ? undefined : "look at the settings." });
    await this.#show(panel, { status, sent, isQuiet, button });
    if (status === 200 && this.isDirty) this.later();
    return status === 200;
  }

  // The panel that came back, unless the person typed on meanwhile.
  async #show(panel, { status, sent, isQuiet, button }) {
    const form = this.#form;
    if (!panel || !form || spelled(form) !== sent) return;
    if (document.querySelector("#panel dialog[open]")) return;
    const had = document.activeElement;
    await swap(document.getElementById("panel-place"), panel);
    if (status === 422 && isQuiet && !button && had?.isConnected) had.focus(); // not to what is wrong
    const now = spelled(this.#form);
    if (status === 200) this.#saved = now;
    else if (status === 422) this.#refused = now;
    showChosen(this.#form);
  }

  // What the server made of it; what was moved or linked meanwhile stays as it is here.
  #take(draft, before) {
    const { graph } = this.#editor;
    const steps = draft.steps.map((step) => {
      const mine = graph.steps.get(step.id);
      if (!mine || mine === before.steps.get(step.id)) return step;
      return { ...step, x: mine.x, y: mine.y, parent: mine.parent, disabled: mine.disabled };
    });
    const links = graph.links === before.links ? draft.links : undefined;
    const { step } = this.#parts.open;
    const name = steps.find((one) => one.id === step)?.name ?? graph.steps.get(step)?.name ?? "";
    this.#editor.take({
      ...draft, steps, links, origin: "panel", label: `Change “${name}”`,
      merge: `panel ${step} ${document.activeElement?.name ?? ""}`,
    });
  }

  // Somebody saved another draft: true when this step is in it as it was, so that ours still fits.
  #met(draft) {
    if (!draft?.graph) return false;
    const theirs = draft.graph.nodes.find((one) => one.id === this.#parts.open.step);
    if (!theirs || keyOf(theirs) !== this.#base) return false;
    this.#editor.take({ ...draft, origin: "server" });
    return true;
  }

  #wait() {
    this.isWaiting = true;
    this.#editor.emit("saved", { state: "offline" });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now({ isQuiet: true }), 4000);
    return false;
  }

  // The page closes: one last try, which nobody waits for.
  #last() {
    if (!this.isDirty || this.#isHeld) return;
    const body = new FormData(this.#form);
    body.set("revision", this.#editor.revision);
    panelPage(this.#form.action, body, { keepalive: true });
  }

  // A link away waits until what is typed is saved.
  async #left(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.button !== 0 || link.target || event.ctrlKey || event.metaKey) return;
    if (document.getElementById("panel-place").contains(link) || !this.isDirty || this.#isHeld) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await this.now()) link.click();
  }

  #known() {
    this.#base = this.#step();
    this.#problems = this.#problemsNow();
    this.#revision = this.#editor.revision;
  }

  #step() {
    return keyOf(this.#editor.graph.steps.get(this.#parts.open.step));
  }

  #problemsNow() {
    return JSON.stringify(this.#editor.problemsOf(this.#parts.open.step));
  }
}

// A step without where it stands: that is no setting.
const keyOf = (step) => (step ? JSON.stringify({ ...step, x: 0, y: 0, parent: null, disabled: null }, sorted) : "");
const sorted = (_name, value) => (value && typeof value === "object" && !Array.isArray(value)
  ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);

function spelled(form) {
  const body = new FormData(form);
  for (const name of ["revision", "csrf_token"]) body.delete(name);
  return new URLSearchParams(body).toString();
}
