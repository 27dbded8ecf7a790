// Where a person looks: the world point at the canvas' top left corner, and the zoom. Wheel, buttons
// and other modules move it; it is kept for the next visit.

import { boundsOf, meets, rectOf, rectsOf } from "./geometry.js";

export const MIN_ZOOM = 0.1;
export const MAX_ZOOM = 2;
const OPENING_ZOOM = 0.6; // a flow that is larger is shown from its beginning, in words one can read
const MARGIN = 40;
const FAR = 0.3; // below it nobody reads a card's small print, and it is left out
const STEP_OF_BUTTON = 1.25;
const DOTS = 16;
const SAVE_AFTER_MS = 900;
const PIXELS_OF_LINE = 18;

// The camera that shows a rectangle as a whole in an area of w by h; at most at full size, and not
// smaller than `least`. What is too large for that is shown from its top, around `first`.
export function fitted(rect, w, h, { least = MIN_ZOOM, first = rect } = {}) {
  const room = Math.min((w - 2 * MARGIN) / rect.w, (h - 2 * MARGIN) / rect.h);
  const zoom = Math.min(1, Math.max(least, room));
  const middle = rect.w * zoom > w - 2 * MARGIN ? first : rect;
  const isLong = rect.h * zoom > h - 2 * MARGIN;
  return {
    x: middle.x + middle.w / 2 - w / zoom / 2,
    y: isLong ? rect.y - MARGIN / zoom : rect.y + rect.h / 2 - h / zoom / 2,
    zoom,
  };
}

// The same, but for steps (`rects`) that would lie under what floats in the lower right corner
// ({w, h}): then all is shown beside it or above it, whichever is larger.
export function fittedAround(rect, rects, w, h, corner, options) {
  const camera = fitted(rect, w, h, options);
  const [width, height] = [corner.w / camera.zoom, corner.h / camera.zoom];
  const under = { x: camera.x + w / camera.zoom - width, y: camera.y + h / camera.zoom - height, w: width, h: height };
  if (!corner.w || !rects.some((one) => meets(one, under))) return camera;
  const [beside, above] = [fitted(rect, w - corner.w, h, options), fitted(rect, w, h - corner.h, options)];
  return beside.zoom > above.zoom ? beside : above;
}

// The camera after zooming by a factor around a point of the canvas, which stays where it is.
export function zoomed({ x, y, zoom }, factor, left, top) {
  const next = Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom * factor));
  return { x: x + left / zoom - left / next, y: y + top / zoom - top / next, zoom: next };
}

export function start(editor, { canvas, world }) {
  const camera = new Camera(editor, canvas, world);
  canvas.addEventListener("wheel", (event) => wheel(camera, event), { passive: false });
  canvas.addEventListener("click", (event) => {
    const way = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (way === "fit") camera.fit();
    else if (way) camera.zoomBy(way === "in" ? STEP_OF_BUTTON : 1 / STEP_OF_BUTTON);
  });
  new ResizeObserver(() => camera.measure()).observe(canvas);
  addEventListener("pagehide", () => camera.keep());
  camera.measure();
  camera.open(new URLSearchParams(location.search).get("step"));
  return camera;
}

class Camera {
  x = 0;
  y = 0;
  zoom = 1;
  #editor;
  #canvas;
  #world;
  #ground = document.getElementById("ground");
  #level = document.getElementById("zoom-level");
  #box = { left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 };
  #timer = 0;
  #drawn = 0;

  constructor(editor, canvas, world) {
    this.#editor = editor;
    this.#canvas = canvas;
    this.#world = world;
  }

  // The part of the world that is seen: {x, y, w, h}.
  get seen() {
    return { x: this.x, y: this.y, w: this.#box.width / this.zoom, h: this.#box.height / this.zoom };
  }

  // The canvas in the window, in pixels of the screen.
  get box() {
    return this.#box;
  }

  toWorld(clientX, clientY) {
    return {
      x: this.x + (clientX - this.#box.left) / this.zoom,
      y: this.y + (clientY - this.#box.top) / this.zoom,
    };
  }

  toScreen(x, y) {
    return { x: this.#box.left + (x - this.x) * this.zoom, y: this.#box.top + (y - this.y) * this.zoom };
  }

  // Move the flow by this many pixels of the screen.
  panBy(dx, dy) {
    this.#set({ x: this.x - dx / this.zoom, y: this.y - dy / this.zoom, zoom: this.zoom });
  }

  // Zoom around a point of the window.
  zoomAt(factor, clientX, clientY) {
    this.#set(zoomed(this, factor, clientX - this.#box.left, clientY - this.#box.top));
  }

  // Zoom around the middle.
  zoomBy(factor) {
    this.#glide();
    this.#set(zoomed(this, factor, this.#box.width / 2, this.#box.height / 2));
  }

  // Show the whole flow, or this rectangle.
  fit(rect = boundsOf(this.#editor.graph, this.#editor.views), options = {}) {
    if (!rect) return this.#set({ x: -this.#box.width / 2, y: -MARGIN, zoom: 1 });
    this.#glide();
    return this.#set(this.#fitted(rect, options));
  }

  // Put this point of the world in the middle.
  centre(x, y, zoom = this.zoom) {
    const { width, height } = this.#box;
    this.#set({ x: x - width / zoom / 2, y: y - height / zoom / 2, zoom });
  }

  // Look from another place: {x, y, zoom}.
  goTo(camera) {
    this.#glide();
    this.#set(camera);
  }

  // Bring a step into view, without moving when it is there already.
  show(id) {
    const rect = rectOf(this.#editor.graph, this.#editor.views, id);
    if (!rect || this.#sees(rect)) return;
    this.#glide();
    this.centre(rect.x + rect.w / 2, rect.y + rect.h / 2, Math.max(this.zoom, OPENING_ZOOM));
  }

  // At the start: the step that is asked for, or where the person was, or the whole flow.
  open(step) {
    const { graph, views, camera } = this.#editor;
    const whole = boundsOf(graph, views);
    const first = [...graph.steps.keys()].find((id) => views.get(id)?.is_start) ?? graph.steps.keys().next().value;
    const opening = { least: OPENING_ZOOM, first: rectOf(graph, views, first) };
    const showAll = () => this.#set(this.#fitted(whole, opening));
    if (step && graph.steps.has(step)) {
      const { x, y, w, h } = rectOf(graph, views, step);
      this.centre(x + w / 2, y + h / 2, camera?.zoom ?? 1);
    } else if (camera && whole) {
      this.#set(camera);
      if (!meets(this.seen, whole)) showAll();
    } else if (whole) showAll();
    else this.fit();
    clearTimeout(this.#timer); // nobody has moved it yet
    this.#timer = 0;
  }

  // The canvas has another place or size now.
  measure() {
    this.#box = this.#canvas.getBoundingClientRect();
    this.#editor.emit("camera", this);
  }

  // Send the last place at once.
  keep() {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
    const { x, y, zoom } = this;
    fetch(this.#editor.at.camera, {
      method: "PUT",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ x: Math.round(x), y: Math.round(y), zoom: Number(zoom.toFixed(3)) }),
      keepalive: true,
    }).catch(() => {}); // next time the flow opens where it was before
  }

  #fitted(rect, options) {
    const { width, height, right, bottom } = this.#box;
    const map = document.getElementById("minimap")?.getBoundingClientRect();
    const corner = map?.width ? { w: right - map.left, h: bottom - map.top } : { w: 0, h: 0 };
    const rects = [...rectsOf(this.#editor.graph, this.#editor.views).values()];
    return fittedAround(rect, rects, width, height, corner, options);
  }

  #set({ x, y, zoom }) {
    Object.assign(this, { x, y, zoom });
    this.#drawn ||= requestAnimationFrame(() => this.#draw());
    clearTimeout(this.#timer);
    if (this.#editor.at.camera) this.#timer = setTimeout(() => this.keep(), SAVE_AFTER_MS);
    this.#editor.emit("camera", this);
  }

  #draw() {
    this.#drawn = 0;
    const [left, top] = [-this.x * this.zoom, -this.y * this.zoom];
    this.#world.style.transform = `translate(${left}px, ${top}px) scale(${this.zoom})`;
    let apart = DOTS * this.zoom;
    while (apart < 11) apart *= 2;
    this.#ground.style.backgroundSize = `${apart}px ${apart}px`;
    this.#ground.style.backgroundPosition = `${left}px ${top}px`;
    this.#canvas.classList.toggle("far", this.zoom < FAR);
    this.#level.textContent = `${Math.round(this.zoom * 100)} %`;
  }

  #glide() {
    this.#world.classList.add("gliding");
    setTimeout(() => this.#world.classList.remove("gliding"), 220);
  }

  #sees(rect) {
    const { x, y, w, h } = this.seen;
    const edge = 12 / this.zoom;
    return rect.x >= x + edge && rect.y >= y + edge && rect.x + rect.w <= x + w - edge && rect.y + rect.h <= y + h - edge;
  }
}

function wheel(camera, event) {
  if (event.target.closest(".canvas-empty, textarea")) return;
  event.preventDefault();
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? PIXELS_OF_LINE : 1;
  const [dx, dy] = [event.deltaX * lines, event.deltaY * lines];
  if (event.ctrlKey || event.metaKey) {
    camera.zoomAt(Math.exp(-Math.max(-60, Math.min(60, dy)) * 0.006), event.clientX, event.clientY);
  } else if (event.shiftKey && !dx) camera.panBy(-dy, 0);
  else camera.panBy(-dx, -dy);
}
