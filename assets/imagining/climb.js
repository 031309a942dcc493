// The chance of the digit that is wished for over the steps, for this network and for another one.

import { drawAxes, fitCanvas, inset, line, plane } from "../parts/canvas.js";
import { element, setText } from "../parts/dom.js";
import { share, ticks } from "../parts/numbers.js";
import { SLOTS } from "../parts/palette.js";

const MARGIN = { left: 46, top: 10, right: 12, bottom: 40 };
const [THIS, OTHER] = [SLOTS[2], SLOTS[1]];

export function createClimb({ repaint, onStep }) {
  const host = element("div", { class: "climb", role: "img" });
  const [mine, others] = [THIS, OTHER].map((colour, index) => {
    const key = element("span", { class: "key", "aria-hidden": "true" });
    key.style.borderTop = `3px ${index ? "dashed" : "solid"} ${colour}`;
    const text = element("span");
    return { text, entry: element("span", { class: "entry" }, key, text) };
  });
  const title = element("h4");
  const sheet = fitCanvas(host, repaint);
  let steps = 1;
  listen(host, (part) => onStep(part * steps));
  return {
    body: element("div", { class: "panel" }, title, element("p", { class: "legend" }, mine.entry, others.entry), host),
    destroy: sheet.destroy,
    draw({ model, step, theme }) {
      const { arrays, label, name, other } = model;
      steps = model.steps;
      setText(title, `How sure it is of a ${label}`);
      setText(mine.text, `${name}, whose slope is followed`);
      setText(others.text, `${other}, only asked`);
      others.entry.hidden = other === null;
      host.setAttribute("aria-label", `The chance of a ${label} goes from ${share(arrays.chances.data[label])} to ${share(arrays.chances.data[10 * steps + label])} in ${steps} steps`);
      const context = sheet.begin();
      if (!context) return;
      const area = plane(inset(sheet, MARGIN), [0, steps], [0, 1]);
      drawAxes(context, area, theme, {
        xTicks: ticks(0, steps, area.box.width / 80).map((value) => [value, String(value)]),
        yTicks: [0, 0.5, 0.9].map((part) => [part, `${100 * part} %`]),
      });
      drawTitle(context, area, theme);
      if (other !== null) drawChance(context, area, arrays.others.data, { label, steps, step }, OTHER, [6, 4]);
      drawChance(context, area, arrays.chances.data, { label, steps, step }, THIS, []);
      context.strokeStyle = theme.text;
      context.lineWidth = 1.5;
      line(context, area.px(step), area.box.top, area.px(step), area.box.top + area.box.height);
      dot(context, area.px(step), area.py(arrays.chances.data[10 * step + label]), theme);
    },
  };
}

function listen(host, onPart) {
  const go = (event) => {
    const { left, width } = host.getBoundingClientRect();
    onPart((event.clientX - left - MARGIN.left) / (width - MARGIN.left - MARGIN.right));
  };
  host.style.touchAction = "pan-y pinch-zoom";
  host.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    host.setPointerCapture(event.pointerId);
    go(event);
  });
  host.addEventListener("pointermove", (event) => { if (host.hasPointerCapture(event.pointerId)) go(event); });
}

function drawTitle(context, { box }, theme) {
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.text;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText("steps", box.left + box.width, box.top + box.height + 38);
}

/** The chance so far; what is still to come is only hinted at. */
function drawChance(context, area, chances, { label, steps, step }, colour, dash) {
  context.save();
  context.setLineDash(dash);
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.lineJoin = "round";
  for (const [from, to, alpha] of [[0, step, 1], [step, steps, 0.3]]) {
    context.beginPath();
    for (let at = from; at <= to; at++) context.lineTo(area.px(at), area.py(chances[10 * at + label]));
    context.globalAlpha = alpha;
    context.stroke();
  }
  context.restore();
}

function dot(context, x, y, theme) {
  context.beginPath();
  context.arc(x, y, 6, 0, 2 * Math.PI);
  context.fillStyle = theme.ground;
  context.fill();
  context.beginPath();
  context.arc(x, y, 4.5, 0, 2 * Math.PI);
  context.fillStyle = THIS;
  context.fill();
}
