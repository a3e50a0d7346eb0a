// Makes elements, and changes those that are there into others: what stays the same is not touched, so that nothing
// flickers and focus, selection and half-written forms survive. Text goes in as text and is never read as HTML.

export const byId = id => document.getElementById(id);

/** An element. `data-key` in its attributes tells it from its siblings; null and false leave an attribute out. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

/** Gives a place these children. */
export function fill(place, ...children) {
  const wanted = make("div", {}, ...children);
  become(place, wanted);
}

const keyOf = node => node.dataset?.key;
const isLike = (node, wanted) => node?.nodeType === wanted.nodeType && node.nodeName === wanted.nodeName;

function become(place, wanted) {
  const keyed = new Map();
  for (const child of place.children) if (keyOf(child)) keyed.set(keyOf(child), child);
  let at = place.firstChild;
  for (const next of [...wanted.childNodes]) {
    const key = keyOf(next);
    const found = key ? keyed.get(key) : isLike(at, next) && !keyOf(at) ? at : undefined;
    if (!found || !isLike(found, next)) {
      place.insertBefore(next, at);
      continue;
    }
    if (found === at) at = at.nextSibling;
    else place.insertBefore(found, at);
    change(found, next);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

function change(node, wanted) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (node.data !== wanted.data) node.data = wanted.data;
    return;
  }
  const flashes = node.hasAttribute("data-live") && node.textContent !== wanted.textContent;
  for (const name of node.getAttributeNames()) if (!wanted.hasAttribute(name)) node.removeAttribute(name);
  for (const name of wanted.getAttributeNames()) {
    if (node.getAttribute(name) !== wanted.getAttribute(name)) node.setAttribute(name, wanted.getAttribute(name));
  }
  become(node, wanted);
  if (flashes && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
    node.animate([{ opacity: 0.15 }, { opacity: 1 }], { duration: 600, easing: "ease-out" });
  }
}
