// One queue of changes on their way to the server: a second at most behind, one request at a time.
// What could not be sent is kept in the browser and sent later, also after the page was closed.

import { readGraph, sameGraph, shared, writeGraph } from "./graph.js";
import { merged } from "./merge.js";

export const QUIET_MS = 500;
export const LATEST_MS = 1000;
const RETRY_MS = [2000, 4000, 8000, 16000, 30000];
const GESTURE_MS = 50;

// `send(draft)` gives {status, body} or throws when the server cannot be reached; `kept` is where
// unsent work stays: {read(), write(work), clear()}; `ask(clashes, theirs)` gives "mine" or "theirs".
export const createSave = (editor, parts) => new Save(editor, parts);

class Save {
  state = "saved"; // or "saving", "offline", "refused", "conflict"
  #editor;
  #parts;
  #saved; // the graph that the server has at editor.revision
  #wanted; // the graph that it should have: never one of a gesture that is under way
  #refused = null; // the graph that the server would not take
  #timer = 0;
  #since = null; // when the first change was made that is not saved
  #tries = 0;
  #sending = null;
  #isTaking = false;

  constructor(editor, parts) {
    this.#editor = editor;
    this.#parts = parts;
    this.#saved = this.#wanted = editor.graph;
    editor.on("graph", (change) => this.#changed(change));
  }

  // Whether there is work that the server does not have.
  get isDirty() {
    return !sameGraph(this.#wanted, this.#saved);
  }

  // Send all there is to send now. True when everything is saved, false when it cannot be.
  async flush() {
    do {
      if (this.#sending) await this.#sending;
      else if (this.isDirty && this.#wanted !== this.#refused) await this.#start();
      else break;
    } while (this.state === "saved" || this.state === "saving");
    return !this.isDirty;
  }

  // Try again at once: the connection came back.
  retry() {
    if (this.state === "offline") this.#start();
  }

  // Keep unsent work in the browser: the page may be closing.
  keep() {
    if (!this.isDirty) return;
    this.#parts.kept.write({
      revision: this.#editor.revision, base: writeGraph(this.#saved), graph: writeGraph(this.#wanted),
    });
  }

  // Take up what an earlier page could not send.
  async restore() {
    const work = this.#parts.kept.read();
    if (!work?.base || !work.graph || !this.#editor.editable) return;
    const [base, mine] = [readGraph(work.base), readGraph(work.graph)];
    const now = this.#editor.graph;
    const { graph, own } = await this.#joined(base, mine, now, { by: "", at: "" });
    const isNew = this.#editor.apply("Bring back unsaved changes", () => shared(own, now));
    if (graph !== own) this.#editor.apply("Take theirs", (before) => shared(graph, before));
    if (isNew) this.#editor.say("Changes that were not saved yet were brought back.", "info");
    else this.#parts.kept.clear();
  }

  // Somebody saved another draft, as the page heard by the way. Ours was answered already.
  async meet(theirs) {
    if (this.#sending || theirs.revision <= this.#editor.revision) return;
    this.#sending = this.#meet(theirs).finally(() => (this.#sending = null));
    await this.#sending;
    if (this.isDirty) this.#schedule();
  }

  #changed({ after, origin }) {
    if (this.#isTaking || origin === "preview") return;
    const wasDirty = this.isDirty;
    this.#wanted = after;
    // what the panel brings is on the server already; with other work about it is sent once more
    if (["panel", "server"].includes(origin) && !wasDirty) this.#saved = after;
    if (this.isDirty) this.#schedule();
  }

  #schedule() {
    const now = Date.now();
    this.#since ??= now;
    if (this.#sending || this.state === "offline") return; // they go on by themselves
    clearTimeout(this.#timer);
    const wait = Math.max(0, Math.min(QUIET_MS, this.#since + LATEST_MS - now));
    this.#timer = setTimeout(() => this.#start(), wait);
  }

  #start() {
    clearTimeout(this.#timer);
    if (this.#sending || !this.isDirty) return this.#sending;
    this.#sending = this.#send(this.#wanted).finally(() => {
      this.#sending = null;
      if (this.state === "offline") this.#tryLater();
      else if (this.isDirty && this.#wanted !== this.#refused) this.#schedule();
    });
    return this.#sending;
  }

  async #send(graph) {
    this.#since = null;
    if (this.state !== "offline") this.#tell("saving");
    let answer;
    try {
      answer = await this.#parts.send({ revision: this.#editor.revision, graph: writeGraph(graph) });
    } catch {
      answer = { status: 0 };
    }
    const { status, body } = answer;
    if (status === 200) this.#done(graph, body);
    else if (status === 409 && body?.graph) await this.#meet(body);
    else if (status === 0 || status >= 500) this.#offline();
    else this.#refuse(graph, answer);
  }

  #done(graph, { views, problems, revision, saved_at }) {
    this.#tries = 0;
    this.#saved = graph;
    this.#refused = null;
    this.#editor.take({ views, problems, revision });
    this.#parts.kept.clear();
    this.#tell("saved", { at: saved_at });
  }

  #offline() {
    this.keep();
    this.#tell("offline");
  }

  #tryLater() {
    const wait = RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)];
    this.#tries += 1;
    this.#timer = setTimeout(() => this.#start(), wait);
  }

  // The server would not take it. It is sent again with the next change.
  #refuse(graph, { sentence, body }) {
    this.#refused = graph;
    this.keep();
    const said = body?.sentence ?? sentence ?? "The draft could not be saved.";
    this.#tell("refused", { sentence: said, step: body?.step_id ?? null });
  }

  // Join our work with another draft and take both over.
  async #meet(theirs) {
    await this.#gestureEnd();
    const other = readGraph(theirs.graph);
    const hadWork = this.isDirty;
    const { graph, own } = hadWork
      ? await this.#joined(this.#saved, this.#wanted, other, theirs)
      : { graph: other, own: other };
    this.#take(own, theirs);
    // what somebody gave up for it comes back by undo
    if (graph !== own) this.#take(graph, { origin: "theirs", label: "Take theirs" });
    this.#saved = hadWork ? shared(other, this.#wanted) : this.#wanted;
    if (!this.isDirty) this.#parts.kept.clear();
    this.#tell("saved", { at: theirs.at });
    this.#tellOf(theirs.by, hadWork, graph === own);
  }

  // {graph, own}: what was chosen, and what is there when all of one's own work stays.
  async #joined(base, mine, other, theirs) {
    const { graph: own, clashes } = merged(base, mine, other);
    if (!clashes.length) return { graph: own, own };
    this.#tell("conflict");
    const choice = await this.#parts.ask(clashes, theirs);
    return { graph: choice === "mine" ? own : merged(base, mine, other, { prefer: "theirs" }).graph, own };
  }

  #take(graph, { views, problems, revision, origin = "server", label }) {
    this.#isTaking = true;
    this.#editor.take({ graph: writeGraph(graph), views, problems, revision, origin, label });
    this.#isTaking = false;
    this.#wanted = this.#editor.graph;
  }

  #tellOf(by, hadWork, isMine) {
    const who = by === this.#editor.me?.name ? "You changed the draft in another window." : `${by} changed the draft.`;
    const what = !hadWork ? "" : isMine ? " Your changes were joined with it." : " Where both of you changed the same theirs stays. Undo brings yours back.";
    this.#editor.say(`${who}${what}`, "info");
  }

  async #gestureEnd() {
    while (this.#editor.isPreviewing) await new Promise((resolve) => setTimeout(resolve, GESTURE_MS));
  }

  #tell(state, more = {}) {
    this.state = state;
    this.#editor.emit("saved", { state, ...more });
  }
}
