// How the cost of one example follows from what the right output says: a curve, and the place on it.

import { element, drawing } from "../parts/dom.js";
import { figure } from "../parts/figures.js";
import { saysOf } from "./words.js";

const [WIDTH, HEIGHT, LEFT, FOOT] = [400, 220, 30, 24];

/** Of cross-entropy the whole cost; of the squared error what the right output adds to it. */
export function costCurve(model) {
  const { squared, arrays, sizes, digit, cost: whole } = model;
  const last = sizes.length - 1;
  const place = arrays[`shown.${last}`].data.indexOf(digit.label);
  const [says, told] = [arrays[`said.${last}`].data[place], saysOf(model, last, place)];
  const rule = squared ? (value) => (1 - value) ** 2 : (value) => -Math.log(value);
  const top = squared ? 1 : Math.max(5, Math.min(rule(says) * 1.1, 20));
  const x = (value) => LEFT + value * (WIDTH - LEFT - 10);
  const y = (cost) => 10 + (1 - Math.min(cost, top) / top) * (HEIGHT - FOOT - 10);
  const places = Array.from({ length: 121 }, (_, at) => Math.max(at / 120, squared ? 0 : Math.exp(-top)));
  const path = places.map((value, at) => `${at ? "L" : "M"}${x(value).toFixed(1)} ${y(rule(value)).toFixed(1)}`).join("");
  const cost = squared ? rule(says) : whole ?? rule(says);
  const text = (across, height, anchor, words) => {
    const made = drawing("text", { x: across, y: height, "text-anchor": anchor });
    made.textContent = words;
    return made;
  };
  const levels = squared ? [0, 0.5, 1] : [0, 1, 2, 3, 4, 5].filter((level) => level <= top);
  const picture = drawing("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `Output ${digit.label} says ${told}: that costs ${figure(cost)}.` },
    ...levels.flatMap((level) => [drawing("line", { x1: LEFT, x2: WIDTH - 10, y1: y(level), y2: y(level) }), text(LEFT - 6, y(level) + 4, "end", level)]),
    ...[0, 0.5, 1].map((value) => text(x(value), HEIGHT - 6, "middle", value)),
    drawing("path", { d: path }),
    drawing("line", { class: "drop", x1: x(says), x2: x(says), y1: y(0), y2: y(cost) }),
    drawing("circle", { cx: x(says), cy: y(cost), r: 6 }),
    text(x(says) + (says > 0.5 ? -12 : 12), Math.min(Math.max(y(cost) + 4, 16), y(0) - 12), says > 0.5 ? "end" : "start", `says ${told}, costs ${figure(cost)}`));
  const caption = squared ? "What the right output alone adds to the cost, for all it could say" : "The cost, for all that the right output could say";
  return element("figure", { class: "curve" }, picture, element("figcaption", { text: caption }));
}
