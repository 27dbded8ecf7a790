// One pointer does one thing at a time: what it pressed decides which gesture it becomes.
// A press that does not move is a click; two fingers pan and zoom; a finger held still asks for the menu.

import { swallowClick } from "./pointed.js";
import { pressedOn } from "./pressed.js";

const STILL_PX = { mouse: 3, pen: 5, touch: 10 };
const LONG_PRESS_MS = 500;
const EDGE_PX = 36;
const EDGE_SPEED = 0.35;
const MAX_PUSH_PX = 24;

export function start(editor, page) {
  const { canvas, camera } = page;
  const held = new Map();
  let press = null;
  let gesture = null;
  let pinch = null;
  let timer = 0;
  let edge = 0;
  let isOurs = false; // the touch that ends now was an answer to something

  canvas.addEventListener("pointerdown", (event) => {
    const isTouch = event.pointerType === "touch";
    isOurs = false;
    if (event.button === 2 || event.target.closest("[data-float], input, textarea, select")) return;
    held.set(event.pointerId, event);
    if (held.size > 1) return startPinch();
    press = { event, ...pressedOn(editor, page, event) };
    if (isTouch) timer = setTimeout(rested, LONG_PRESS_MS, event);
    if (event.button === 1) event.preventDefault();
  });
  addEventListener("pointermove", (event) => {
    if (!held.has(event.pointerId)) return;
    held.set(event.pointerId, event);
    if (pinch) return movePinch();
    if (press && !gesture && hasMoved(press.event, event)) begin(event);
    if (!gesture) return;
    gesture.move(event);
    if (gesture.nearEdge && pushOf(event)) edge ||= requestAnimationFrame(panAtEdge);
  });
  addEventListener("pointerup", (event) => {
    if (!held.delete(event.pointerId)) return;
    clearTimeout(timer);
    if (gesture) {
      const done = gesture;
      swallowClick();
      isOurs = true;
      finish();
      done.drop(event);
    } else if (press) {
      const { click } = press;
      press = null;
      isOurs = Boolean(click);
      click?.(event);
    }
    if (!held.size) pinch = null;
  });
  addEventListener("pointercancel", (event) => {
    held.delete(event.pointerId);
    drop();
    if (!held.size) pinch = null;
  });
  // else the browser makes a click of it, which takes the keyboard to what lies there
  canvas.addEventListener("touchend", (event) => isOurs && event.cancelable && event.preventDefault());
  addEventListener("blur", drop);
  canvas.addEventListener("auxclick", (event) => event.preventDefault());

  // Esc and a second finger drop what is under way; true if something was.
  function drop() {
    clearTimeout(timer);
    const dropped = gesture;
    finish();
    press = null;
    dropped?.cancel();
    return Boolean(dropped);
  }

  function begin(event) {
    clearTimeout(timer);
    gesture = press.drag?.(press.event) ?? null;
    press = gesture ? press : null;
    if (gesture && canvas.isConnected) canvas.setPointerCapture(event.pointerId);
    if (gesture) canvas.classList.add("busy");
  }

  function finish() {
    cancelAnimationFrame(edge);
    edge = 0;
    gesture = null;
    press = null;
    canvas.classList.remove("busy");
  }

  // On a busy phone the timer can overtake moves that wait; a frame brings them.
  function rested(event) {
    requestAnimationFrame(() => press?.event === event && longPress(event));
  }

  function longPress(event) {
    if (gesture || pinch) return;
    press = null;
    isOurs = true;
    page.menu.openAt(event.target, event.clientX, event.clientY);
  }

  function startPinch() {
    drop();
    pinch = spread([...held.values()]);
  }

  function movePinch() {
    if (held.size < 2) return;
    const now = spread([...held.values()]);
    camera.panBy(now.x - pinch.x, now.y - pinch.y);
    camera.zoomAt(now.apart / pinch.apart, now.x, now.y);
    pinch = now;
  }

  // While a gesture is held near the edge, the ground moves under it.
  function panAtEdge() {
    edge = 0;
    const event = [...held.values()][0];
    const push = gesture && event && pushOf(event);
    if (!push) return;
    camera.panBy(push.x, push.y);
    gesture.move(event);
    edge = requestAnimationFrame(panAtEdge);
  }

  // How far a pointer near the edge moves the ground in a frame; null away from it.
  function pushOf({ clientX, clientY }) {
    const { box } = camera;
    const x = pushed(clientX, box.left, box.right);
    const y = pushed(clientY, box.top, box.bottom);
    return x || y ? { x, y } : null;
  }

  return { drop };
}

function pushed(at, low, high) {
  const speed = (Math.max(0, low + EDGE_PX - at) - Math.max(0, at - high + EDGE_PX)) * EDGE_SPEED;
  return Math.max(-MAX_PUSH_PX, Math.min(MAX_PUSH_PX, speed));
}

function hasMoved(from, to) {
  const apart = Math.hypot(to.clientX - from.clientX, to.clientY - from.clientY);
  return apart >= (STILL_PX[from.pointerType] ?? STILL_PX.mouse);
}

function spread([one, other]) {
  return {
    x: (one.clientX + other.clientX) / 2,
    y: (one.clientY + other.clientY) / 2,
    apart: Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY)),
  };
}
