// Some test digits and what the network takes them for now. Wrong answers have a cross, not only
// another colour.

import { element, setText } from "../parts/dom.js";
import { share } from "../parts/numbers.js";

const SIDE = 28;

export function createDigits() {
  const grid = element("ul", { class: "digits" });
  const count = element("span", { class: "note" });
  const panel = element("section", { class: "panel" },
    element("div", { class: "top" }, element("h3", { text: "Pictures it has never seen" }), count), grid,
    element("p", { class: "note", text: "Under each: its answer, and how sure it is. ✗ marks a mistake." }));
  let tiles = [];
  let drawn = null;
  return {
    panel,
    draw({ model, theme, readable }) {
      const { digits } = model.kept;
      if (!digits || !readable) return;
      if (!tiles.length) {
        tiles = model.answers.map(() => createTile());
        grid.replaceChildren(...tiles.map(({ item }) => item));
      }
      if (drawn !== theme.text) {
        drawn = theme.text;
        tiles.forEach(({ canvas }, index) => ink(canvas, digits.data.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE), theme));
      }
      model.answers.forEach((answer, index) => show(tiles[index], answer));
      const right = model.answers.filter(({ label, answer }) => label === answer).length;
      setText(count, `${right} of ${model.answers.length} right`);
    },
  };
}

function createTile() {
  const canvas = element("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
  const said = element("span", { class: "said" });
  const item = element("li", {}, canvas, said);
  return { canvas, said, item };
}

function show({ item, said }, { label, answer, chance }) {
  const wrong = label !== answer;
  item.classList.toggle("wrong", wrong);
  const sure = share(chance);
  const text = `${wrong ? "✗ " : ""}${answer}`;
  if (said.dataset.text !== text + sure) {
    said.dataset.text = text + sure;
    said.replaceChildren(element("b", { text }), element("small", { text: sure }));
    item.setAttribute("aria-label", `A ${label}, read as ${answer}${wrong ? ", wrong" : ""}, ${sure} sure`);
  }
}

/** Draws a picture's ink in the colour of the text, so that it reads in both themes. */
export function ink(canvas, pixels, theme) {
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, SIDE, SIDE);
  context.fillStyle = theme.text;
  context.fillRect(0, 0, SIDE, SIDE);
  const image = context.getImageData(0, 0, SIDE, SIDE);
  pixels.forEach((pixel, index) => { image.data[4 * index + 3] = pixel; });
  context.putImageData(image, 0, 0);
}
