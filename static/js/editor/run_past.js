// The last runs of the agent, below the canvas: each can be laid over it.

// `show(id)` lays a run over the canvas.
export function createPast(editor, show) {
  const menu = document.getElementById("past-runs");
  const place = menu.querySelector("[data-list]");
  const row = menu.querySelector("template").content.firstElementChild;
  let drawnOf = null; // what the rows say, as JSON

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
      draw(runs);
    } catch {
      drawnOf = null;
      place.replaceChildren(nothing("The runs could not be read. Try again."));
    }
  }

  // Rows that say the same stay: somebody may be pressing one.
  function draw(runs) {
    const told = JSON.stringify(runs.map((run) => ({ ...run, said: "" })));
    if (runs.length) menu.querySelector("[data-last]").textContent = runs[0].said;
    if (told !== drawnOf) {
      place.replaceChildren(...(runs.length ? runs.map(drawn) : [nothing()]));
      drawnOf = told;
    }
    for (const button of place.querySelectorAll("[data-past]")) {
      if (button.dataset.past === editor.run?.id) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  function drawn(run) {
    const item = row.cloneNode(true);
    const button = item.querySelector("button");
    button.dataset.past = run.id;
    button.classList.toggle("bad", run.status === "failed");
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
