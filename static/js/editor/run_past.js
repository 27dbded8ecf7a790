// The last runs of the agent, below the canvas: each can be laid over it.

// `show(id)` lays a run over the canvas.
export function createPast(editor, show) {
  const menu = document.getElementById("past-runs");
  const place = menu.querySelector("[data-list]");
  const row = menu.querySelector("template").content.firstElementChild;

  place.addEventListener("click", (event) => {
    const run = event.target.closest("[data-past]")?.dataset.past;
    if (!run) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    show(run);
  });

  async function list() {
    try {
      const answer = await fetch(editor.at.runs, { headers: { Accept: "application/json" } });
      const { runs } = await answer.json();
      if (runs.length) menu.querySelector("[data-last]").textContent = runs[0].said;
      place.replaceChildren(...(runs.length ? runs.map(drawn) : [nothing()]));
    } catch {
      place.replaceChildren(nothing("The runs could not be read. Try again."));
    }
  }

  function drawn(run) {
    const item = row.cloneNode(true);
    const button = item.querySelector("button");
    button.dataset.past = run.id;
    button.classList.toggle("bad", run.status === "failed");
    if (run.id === editor.run?.id) button.setAttribute("aria-current", "true");
    button.querySelector("b").textContent = run.words;
    button.querySelector("span").textContent = [run.at, run.took, run.by].filter(Boolean).join(", ");
    return item;
  }

  return { list };
}

function nothing(words = "No runs yet. Rehearse it to see one here.") {
  const item = document.createElement("li");
  item.textContent = words;
  item.className = "muted";
  return item;
}
