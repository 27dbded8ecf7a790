// The tail of a thread: answers bring it from the first turn that may have changed, by its name.

export function start() {
  document.addEventListener("htmx:before:swap", (event) => {
    for (const task of event.detail.tasks ?? []) {
      if (task.target?.id !== "tail") continue;
      const name = task.fragment.querySelector("#tail")?.dataset.from;
      if (beginAt(task.target, name)) continue;
      task.target = null; // this page lacks what the answer goes on from
      askForAll();
    }
  });
}

// Turns in front of the tail that belong into it go in, and those that are settled come out.
function beginAt(tail, name) {
  const first = name && document.getElementById(name);
  if (!first || !tail.parentElement.contains(first)) return false;
  const focused = document.activeElement;
  while (!tail.contains(first)) move(tail, tail.previousElementSibling, tail.firstElementChild);
  while (tail.firstElementChild !== first) move(tail.parentElement, tail.firstElementChild, tail);
  if (document.activeElement !== focused) focused.focus({ preventScroll: true });
  return true;
}

function move(into, element, before) {
  if (into.moveBefore) into.moveBefore(element, before); // keeps the focus and what is typed
  else into.insertBefore(element, before);
}

function askForAll() {
  const poll = document.getElementById("chat-poll");
  const address = new URL(poll.getAttribute("hx-get"), window.location.href);
  address.searchParams.delete("settled");
  address.searchParams.set("seen", "");
  poll.setAttribute("hx-get", address.pathname + address.search);
}
