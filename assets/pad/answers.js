// The ten answers as bars, with their numbers as text.

import { element } from "../parts/dom.js";
import { percent } from "../parts/numbers.js";

export function createAnswers() {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const bar = element("span", { class: "fill" });
    const chance = element("span", { class: "chance" });
    const row = element("li", { class: "answer" },
      element("span", { class: "digit", text: digit }), element("span", { class: "bar", "aria-hidden": "true" }, bar), chance);
    return { row, bar, chance };
  });
  const body = element("ul", { class: "answers", role: "list", "aria-label": "The chance of each digit" }, ...rows.map(({ row }) => row));
  return {
    body,
    draw({ reading, arrays }) {
      rows.forEach(({ row, bar, chance }, digit) => {
        const value = reading ? arrays.chances.data[digit] : 0;
        row.classList.toggle("first", digit === reading?.answer);
        bar.style.transform = `scaleX(${Math.max(value, 0)})`;
        chance.textContent = reading ? percent(value) : "–";
        row.setAttribute("aria-label", `${digit}: ${chance.textContent}`);
      });
    },
  };
}
