// The ten answers as bars, with their numbers as text.

import { element } from "../parts/dom.js";

export function createAnswers() {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const bar = element("span", { class: "fill" });
    const chance = element("span", { class: "chance" });
    const row = element("li", { class: "answer" },
      element("span", { class: "digit", text: digit }), element("span", { class: "bar", "aria-hidden": "true" }, bar), chance);
    return { row, bar, chance };
  });
  const body = element("ol", { class: "answers", "aria-label": "The chance of each digit" }, ...rows.map(({ row }) => row));
  return {
    body,
    draw({ reading, arrays }) {
      rows.forEach(({ row, bar, chance }, digit) => {
        const value = reading ? arrays.chances.data[digit] : 0;
        row.classList.toggle("first", digit === reading?.answer);
        bar.style.transform = `scaleX(${Math.max(value, 0)})`;
        chance.textContent = reading ? percent(value) : "–";
      });
    },
  };
}

/** Never 100 %: that is only what rounding makes of it. */
function percent(value) {
  return value >= 0.9995 ? "> 99.9 %" : `${(100 * value).toFixed(1)} %`;
}
