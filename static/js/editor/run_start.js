// Runs on the canvas come with their first use: "Try it", "Rehearse", a past run, or ?run= in the
// address. Without scripts the same links lead to the form that starts a run.

const MODES = { try: "live", rehearse: "rehearsal" };

export function start(editor, page) {
  let layer = null;
  const use = (act) => {
    layer ??= import("./run_layer.js").then((run) => run.start(editor, page));
    layer.then(act, () => {
      layer = null;
      editor.say("We could not reach the server. Try again.", "bad");
    });
  };
  // before any other listener, which would follow the link
  document.addEventListener("click", (event) => {
    const mode = MODES[event.target.closest?.("[data-do]")?.dataset.do];
    if (!mode || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    use((run) => run.begin(mode));
  }, { capture: true });
  document.getElementById("past-runs")?.addEventListener("toggle", ({ target }) => target.open && use((run) => run.list()));
  const here = new URLSearchParams(location.search);
  if (here.has("run")) use((run) => lookBack(editor, run, here));
}

async function lookBack(editor, run, here) {
  await run.show(here.get("run"));
  if (editor.run?.steps.has(here.get("step"))) editor.open(here.get("step"));
}
