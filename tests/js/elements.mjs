// A few elements that know their places, as a page has them: enough for what moves them about.

export class Place {
  constructor(id = "", ...children) {
    this.id = id;
    this.dataset = {};
    this.attributes = {};
    this.children = [];
    this.parentElement = null;
    for (const child of children) this.insertBefore(child, null);
  }

  get firstElementChild() {
    return this.children[0] ?? null;
  }

  get previousElementSibling() {
    const beside = this.parentElement.children;
    return beside[beside.indexOf(this) - 1] ?? null;
  }

  contains(other) {
    return other === this || this.children.some((child) => child.contains(other));
  }

  insertBefore(child, before) {
    child.parentElement?.children.splice(child.parentElement.children.indexOf(child), 1);
    const place = before ? this.children.indexOf(before) : this.children.length;
    this.children.splice(place, 0, child);
    child.parentElement = this;
  }

  // All in it, itself too, in the order of the page.
  *all() {
    yield this;
    for (const child of this.children) yield* child.all();
  }

  querySelector(selector) {
    return [...this.all()].find((one) => `#${one.id}` === selector) ?? null;
  }

  // Of these selectors only: what has a data attribute.
  querySelectorAll(selector) {
    const name = /^\[data-([a-z-]+)\]$/.exec(selector)[1].replace(/-(.)/g, (_, next) => next.toUpperCase());
    return [...this.all()].filter((one) => name in one.dataset);
  }

  remove() {
    const beside = this.parentElement.children;
    beside.splice(beside.indexOf(this), 1);
  }

  getAttribute(name) {
    return this.attributes[name];
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }
}

// The page as `document`: what is in it by its id, its events, and where the focus is.
export function openPage(body) {
  const page = new EventTarget();
  page.getElementById = (id) => body.querySelector(`#${id}`);
  page.activeElement = body;
  globalThis.document = page;
  globalThis.window = { location: { href: "https://lamplight.example/w/harbour/chats/1" } };
  return page;
}
