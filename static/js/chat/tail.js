// The tail of a thread: answers bring the turns behind one that the page has, by its name.

export function start() {
  document.addEventListener("htmx:before:swap", (event) => {
    for (const task of event.detail.tasks ?? []) {
      if (task.target?.id !== "tail") continue;
      const come = task.fragment.querySelector("#tail")?.dataset ?? {};
      if (beginBehind(task.target, come.after)) {
        if ("asked" in come) leaveToTheLast(task.target);
        continue;
      }
      task.target = null; // this page lacks what the answer goes on from
      askForAll();
    }
  });
}

// Turns in front of the tail that belong into it go in, and those that are settled come out.
function beginBehind(tail, name) {
  const last = name && document.getElementById(name);
  if (!last || !tail.parentElement.contains(last)) return false;
  const focused = document.activeElement;
  while (tail.contains(last)) move(tail.parentElement, tail.firstElementChild, tail);
  while (tail.previousElementSibling !== last) move(tail, tail.previousElementSibling, tail.firstElementChild);
  if (document.activeElement !== focused) focused.focus({ preventScroll: true });
  return true;
}

// What only the last turn offers goes when another comes behind it.
function leaveToTheLast(tail) {
  for (const one of tail.parentElement.querySelectorAll("[data-while-last]")) {
    if (!tail.contains(one)) one.remove();
  }
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
