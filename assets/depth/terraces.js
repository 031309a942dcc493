// The cost along one line through the weights that a network of steps begins with: flat terraces,
// and what becomes of them when the step is smoothed.

import { LINES } from "./curves.js";
import { clipped, drawAxes, inset, labelled, plane } from "../parts/canvas.js";
import { createChart, drawLine } from "../parts/chart.js";
import { element, setText } from "../parts/dom.js";
import { ticks } from "../parts/numbers.js";

const MARGIN = { left: 52, top: 14, right: 14, bottom: 24 };
const DASHES = [[], [6, 3]];

/** The panel: `onSteepness(value)` as the slider moves; 0 is the step itself. */
export function createTerraces(repaint, onSteepness) {
  let stops = [0];
  const slider = element("input", {
    type: "range", class: "slider", min: 0, step: 1, value: 0, "aria-label": "Smooth the step",
    oninput: () => { name(); onSteepness(stops[Number(slider.value)]); },
  });
  const shown = element("output", { class: "steepness" });
  const name = () => {
    const steepness = stops[Number(slider.value)];
    shown.textContent = steepness ? `a sigmoid ${steepness} times as steep` : "on or off";
    slider.setAttribute("aria-valuetext", shown.textContent);
  };
  const row = element("div", { class: "smooth" }, element("span", { class: "label", text: "Smooth the step" }), slider, shown,
    element("p", { class: "note", text: "Also while it learns: the network beside keeps what it has learnt, and goes on with the smoother neurons." }));
  const chart = createChart("The cost along one line through the weights", "of ten pictures, before the first update", repaint, LINES);
  const panel = chart.panel;
  panel.prepend(row);
  const follow = ({ steepness, steepnesses }) => {
    stops = steepnesses;
    slider.max = stops.length - 1;
    slider.value = stops.indexOf(steepness);
    name();
  };
  return {
    panel,
    destroy: chart.sheet.destroy,
    draw({ latest, model, theme, waiting }) {
      panel.hidden = model.reach === null;
      if (!waiting) follow(latest);
      const context = panel.hidden ? null : chart.sheet.begin();
      if (!context) return;
      const lines = model.members.map((_, index) => Array.from(model.arrays[`line.${index}`].data));
      chart.labels.forEach((label, index) => {
        label.parentElement.hidden = !lines[index];
        if (lines[index]) setText(label, `${model.members[index].short}: ${model.lines[index]}`);
      });
      const all = lines.flat().filter(Number.isFinite);
      const [low, high] = [Math.min(...all), Math.max(...all)];
      const margin = Math.max(high - low, 1e-6) * 0.08;
      const area = plane(inset(chart.sheet, MARGIN), [-model.reach, model.reach], [low - margin, high + margin]);
      drawAxes(context, area, theme, {
        xTicks: [-1, -0.5, 0, 0.5, 1].map((share) => [share * model.reach, `${share * model.reach * 100} %`]),
        yTicks: labelled(ticks(...area.y, 4)),
      });
      clipped(context, area.box, () => lines.forEach((values, index) => drawLine(
        context, area, values.map((_, place) => (2 * place / (values.length - 1) - 1) * model.reach), values, LINES[index].colour, DASHES[index])));
    },
  };
}
