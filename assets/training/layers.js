// The size of the gradient in each layer: logarithmic bars with their numbers.

import { element, setText } from "../parts/dom.js";
import { format } from "../parts/numbers.js";

const [LOW, HIGH] = [-7, 0]; // powers of ten across a bar

export function createLayers() {
  const list = element("ul", { class: "layers" });
  const panel = element("section", { class: "panel" },
    element("div", { class: "top" }, element("h3", { text: "Gradient in each layer" })), list,
    element("p", { class: "note", text: "Root mean square per weight, bars logarithmic: ten times is always as far. Bars that shrink towards the first layer show a gradient that vanishes." }));
  let bars = [];
  return {
    panel,
    draw({ model, readable }) {
      if (!readable) return;
      if (bars.length !== model.slopes.length) {
        bars = model.slopes.map(() => {
          const fill = element("span", { class: "fill" });
          const name = element("span", { class: "who" });
          const value = element("span", { class: "value" });
          return { fill, name, value, item: element("li", {}, name, value, element("span", { class: "rail" }, fill)) };
        });
        list.replaceChildren(...bars.map(({ item }) => item));
      }
      model.slopes.forEach((slope, index) => {
        const { fill, name, value } = bars[index];
        setText(name, `Layer ${index + 1}: ${model.sizes[index]} → ${model.sizes[index + 1]}`);
        setText(value, slope === null ? "NaN" : format(slope, 2));
        const share = slope > 0 ? (Math.log10(slope) - LOW) / (HIGH - LOW) : 0;
        fill.style.width = `${100 * Math.min(Math.max(share, 0), 1)}%`;
      });
    },
  };
}
