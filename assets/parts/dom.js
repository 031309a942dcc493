// Building the page's elements. Text is always set as text, never as HTML.

/** element("button", {class: "x", text: "Go", onclick}, ...children) */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** drawing("circle", {cx: 3, …}, ...children): an element of a picture in lines. */
export function drawing(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** An icon from path data in a 24-unit square; decoration only, the button has its label. */
export function icon(path) {
  return drawing("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, drawing("path", { d: path }));
}

/** Sets a text only where it differs: a live region would read the same one out again. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets an input's value unless somebody is typing in it. */
export function refresh(input, value) {
  if (input.getRootNode().activeElement !== input || input.type === "range") input.value = value;
}
