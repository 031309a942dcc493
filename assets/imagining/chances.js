// The ten answers at a step: bars, with their numbers as text.

import { element, setText } from "../parts/dom.js";
import { percent } from "../parts/numbers.js";

export function createChances() {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const fill = element("span", { class: "fill" });
    const chance = element("span", { class: "chance" });
    const row = element("li", {}, element("span", { class: "digit", text: digit }), element("span", { class: "rail", "aria-hidden": "true" }, fill), chance);
    return { row, fill, chance };
  });
  const body = element("div", { class: "chances" }, element("h4", { text: "What the network says" }),
    element("ul", { "aria-label": "The chance of each digit" }, ...rows.map(({ row }) => row)));
  return {
    body,
    draw({ model: { arrays, label }, step }) {
      rows.forEach(({ row, fill, chance }, digit) => {
        const value = arrays.chances.data[10 * step + digit];
        row.classList.toggle("wished", digit === label);
        fill.style.transform = `scaleX(${value})`;
        setText(chance, percent(value));
      });
    },
  };
}
