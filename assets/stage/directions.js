// Why different directions want different rates: the two axes of curvature under the walker, and by
// what each step multiplies the distance along them.

import { element } from "../parts/dom.js";
import { format } from "../parts/numbers.js";

const ENOUGH = Math.log(0.01); // the steps after which a hundredth is left

/** The view, for views.js. */
export const DIRECTIONS = {
  title: "Directions",
  description: "the axes of curvature under the walker and what a step does along each",
  create(host) {
    host.setAttribute("role", "group");
    const said = element("p", { class: "condition" });
    const rows = [rowOf(), rowOf()];
    const note = element("p", { class: "why" });
    const table = element("table", {},
      element("thead", {}, element("tr", {}, ...["direction", "curvature λ", "each step"].map((text) => element("th", { scope: "col", text })))),
      element("tbody", {}, ...rows.map(({ row }) => row)));
    host.append(element("div", { class: "text" }, said, table, note));
    return {
      draw(frame) {
        const ground = groundOf(frame);
        set(said, conditionOf(ground));
        ground.axes.forEach((axis, index) => fill(rows[index], axis));
        set(note, noteOf(ground));
        Object.assign(host.dataset, { condition: ground.condition ?? "", factors: ground.axes.map(({ factor }) => factor).join() });
      },
      picture: () => null,
      destroy() {},
    };
  },
};

/** The steepest axis first: {curvature, way, factor}. */
function groundOf({ model, step, previewing }) {
  const { arrays, more: { directions: { momentum, plain } }, walkers, focus } = model;
  const curvatures = arrays["more.directions.curvatures"].data;
  const axes = arrays["more.directions.axes"].data;
  const row = Math.min(step, curvatures.length / 2 - 1);
  const factors = arrays[`factors.${focus}`].data;
  const left = factors.length ? factors[Math.min(row, factors.length - 1)] : 1;
  const rate = (previewing || walkers[focus].settings.learning_rate) * left;
  const found = [1, 0].map((index) => {
    const curvature = curvatures[2 * row + index];
    return {
      curvature, rate, momentum,
      way: [axes[4 * row + index], axes[4 * row + 2 + index]],
      factor: plain ? factorOf(rate * curvature, momentum) : null,
    };
  });
  const [steep, flat] = found.map(({ curvature }) => curvature);
  return { axes: found, rate, plain, momentum, condition: flat > 0 ? steep / flat : null };
}

/** 1 − αλ; with momentum the largest size of a root of z² − (1 + β − αλ) z + β. */
function factorOf(product, beta) {
  if (!beta) return 1 - product;
  const half = (1 + beta - product) / 2;
  const inside = half ** 2 - beta;
  return inside < 0 ? Math.sqrt(beta) : Math.abs(half) + Math.sqrt(inside);
}

function rowOf() {
  const arrow = element("span", { class: "way", "aria-hidden": "true", text: "↔" });
  const [way, curvature, factor, means] = ["span", "td", "b", "span"].map((tag) => element(tag));
  return { row: element("tr", {}, element("th", { scope: "row" }, arrow, way), curvature, element("td", {}, factor, means)), arrow, way, curvature, factor, means };
}

function fill({ row, arrow, way, curvature, factor, means }, axis) {
  const [x, y] = axis.way;
  arrow.style.transform = `rotate(${-Math.atan2(y, x)}rad)`;
  set(way, Number.isNaN(x) ? "unknown" : `(${format(x, 2)}, ${format(y, 2)})`);
  set(curvature, format(axis.curvature));
  set(factor, axis.factor === null ? "" : `× ${format(axis.factor)}`);
  const text = meaningOf(axis);
  set(means, text);
  row.dataset.means = text;
}

function meaningOf({ factor, curvature }) {
  if (factor === null || Number.isNaN(factor)) return "";
  const size = Math.abs(factor);
  if (curvature < 0) return "away from the ridge";
  if (size > 1) return factor < 0 ? "across, and further each time" : "further each time";
  if (size === 1) return curvature === 0 ? "no slope to follow" : "to and fro for ever";
  const steps = size === 0 ? 1 : Math.ceil(ENOUGH / Math.log(size));
  const across = factor < 0 ? "across; " : "";
  return `${across}1 % left after ${format(steps)} ${steps === 1 ? "step" : "steps"}`;
}

function conditionOf({ condition, axes }) {
  if (axes.some(({ curvature }) => Number.isNaN(curvature))) return "The curvature here is not known: the formula has none.";
  if (condition === null) return "There is no bowl under the walker: not every direction curves upwards.";
  if (condition < 1.005) return "Condition number 1: every direction bends the same, and one rate suits all.";
  return `Condition number ${format(condition)}: across it bends ${format(condition)} times as much as along.`;
}

function noteOf({ plain, condition, momentum, axes }) {
  if (!plain) return "Factors stand here for gradient descent and momentum, where they follow from λ alone.";
  if (momentum) return `With momentum the factor is the larger root of z² − (1 + β − αλ) z + β; it is never below √β = ${format(Math.sqrt(momentum))}.`;
  if (condition === null) return "";
  const best = 2 / (axes[0].curvature + axes[1].curvature);
  return `One rate for both: the steep one allows no more than 2/λ = ${format(2 / axes[0].curvature)}, and the flat one waits. The best compromise here is ${format(best)}.`;
}

function set(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
