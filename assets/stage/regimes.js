// The map of rates: what is left of the cost at the end of a walk, over the learning rate, and with
// a momentum over both. Python walked every point of it; here one looks, and takes one of them.

import { clipped, drawAxes, drawBall, drawPlate, fitCanvas, inset, line, plane } from "../parts/canvas.js";
import { element } from "../parts/dom.js";
import { format, ticks } from "../parts/numbers.js";
import { REGIMES } from "../parts/palette.js";
import { endingName } from "./narration.js";
import { drawPlane, planeOf } from "./plane.js";
import { heading, limitsOf, nearest, rateOf, rateTicks } from "./rates.js";

const MARGIN = { left: 52, top: 34, right: 14, bottom: 40 };
const DECADES = 14; // of cost, at the most

/** The view, for views.js. */
export const REGIME_MAP = {
  title: "Rates",
  description: "cost left at the end over the learning rate; click or drag to walk a rate, as the dial does",
  create: createRegimes,
};

function createRegimes(host, { repaint, send, preview }) {
  const view = { area: null, frame: null, hover: null, held: null };
  host.setAttribute("role", "group");
  const sheet = fitCanvas(host, repaint);
  const toggle = element("button", { type: "button", class: "toggle corner", text: "rate × momentum", "aria-pressed": "false" });
  toggle.addEventListener("click", () => {
    send("plane", { shown: view.frame.model.more.plane ? 0 : 1 });
    toggle.textContent = "walking them all…";
  });
  host.append(toggle);
  listen(sheet.canvas, view, { repaint, send, preview });
  return {
    draw(frame) {
      if (view.frame?.model !== frame.model) view.map = mapOf(frame.model);
      view.frame = frame;
      const { more } = frame.model;
      toggle.hidden = !more.regimes.momentum;
      toggle.textContent = "rate × momentum";
      toggle.setAttribute("aria-pressed", String(Boolean(more.plane)));
      const context = sheet.begin();
      if (!context) return;
      const box = inset(sheet, MARGIN);
      view.plane = more.plane ? planeOf(frame.model, view.plane) : null;
      view.area = view.plane
        ? plane(box, view.map.ends, view.plane.ends)
        : plane(box, view.map.ends, view.map.scale.ends);
      (view.plane ? drawPlane : drawMap)(context, view);
      tell(host, view);
    },
    held: () => view.held !== null,
    picture: () => sheet.canvas,
    destroy: sheet.destroy,
  };
}

// What tests and screen readers wait on: where the map lies, and what it says of the rate in force.
function tell(host, { area: { box }, map, plane: over, frame, held }) {
  const at = nearest(map.logs, Math.log10(rateOf(frame)));
  Object.assign(host.dataset, {
    left: box.left, top: box.top, width: box.width, height: box.height,
    low: map.ends[0], high: map.ends[1], shows: over ? "plane" : "map", held: held !== null, best: over ? bestName(over) : "", regime: map.regimes[at], kind: map.kinds[at],
  });
}

function bestName({ best, at }) {
  if (best === null) return "none";
  const { learning_rate: rate, momentum } = at(best);
  return `${format(rate)}, ${format(momentum)}`;
}

/** The map as plain values: logs of rates, heights, names. */
function mapOf(model) {
  const { arrays, more: { regimes: { names, kinds } } } = model;
  const logs = Array.from(arrays["more.map.rates"].data, Math.log10);
  const costs = arrays["more.map.costs"].data;
  const own = arrays[`values.${model.focus}`].data;
  const begin = Math.max(own[model.walkers[model.focus].fork ?? 0] - model.more.regimes.floor, 0);
  return {
    logs,
    ends: [logs[0], logs.at(-1)],
    costs,
    begin,
    scale: scaleOf(costs, begin),
    regimes: Array.from(arrays["more.map.regimes"].data, (code) => names[code]),
    kinds: Array.from(arrays["more.map.kinds"].data, (code) => kinds[code]),
  };
}

// Logarithmic, a little above the start at the most: what explodes runs out of the top.
function scaleOf(costs, begin) {
  const finite = Array.from(costs).filter((cost) => Number.isFinite(cost) && cost > 0);
  if (begin > 0) finite.push(begin);
  const high = finite.length ? Math.max(...finite) : 1;
  const top = Math.log10(begin > 0 ? Math.min(high, begin * 100) : high) + 0.4;
  const low = finite.length ? Math.log10(Math.min(...finite)) : 0;
  const bottom = Math.min(Math.max(low, top - DECADES), top - 1) - 0.3;
  const of = (cost) => (cost > 0 ? Math.max(Math.log10(cost), bottom) : cost === 0 ? bottom : top + 1);
  return { ends: [bottom, top], of };
}

function drawMap(context, view) {
  const { area, frame: { theme, model }, map } = view;
  const powers = ticks(...area.y, 5).filter(Number.isInteger);
  drawAxes(context, area, theme, {
    xTicks: rateTicks(area), yTicks: powers.map((power) => [power, format(10 ** power, 1)]), lines: false,
  });
  heading(context, area, theme, `cost left after ${model.more.regimes.steps} steps`);
  clipped(context, area.box, () => drawColumns(context, view));
  if (map.begin > 0) drawBegin(context, view);
  drawNames(context, view);
  drawLimits(context, view);
  drawCursor(context, view);
}

// Each rate a column as high as the cost it leaves, in its regime's colour.
function drawColumns(context, { area, map }) {
  const floor = area.box.top + area.box.height;
  const cell = area.box.width / (map.logs.length - 1);
  map.logs.forEach((log, index) => {
    const [x, y] = [area.px(log), area.py(map.scale.of(map.costs[index]))];
    context.fillStyle = REGIMES[map.regimes[index]].colour;
    context.globalAlpha = 0.4;
    context.fillRect(x - cell / 2, y, cell + 0.5, floor - y);
    context.globalAlpha = 1;
    context.fillRect(x - cell / 2, y - 1.5, cell + 0.5, 3);
  });
}

function drawBegin(context, { area, map, frame: { theme } }) {
  const y = area.py(map.scale.of(map.begin));
  context.strokeStyle = context.fillStyle = theme.text;
  context.globalAlpha = 0.5;
  context.setLineDash([2, 4]);
  line(context, area.box.left, y, area.box.left + area.box.width, y);
  context.setLineDash([]);
  context.font = `11px ${theme.font}`;
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.fillText("at the start", area.box.left + 4, y - 2);
  context.globalAlpha = 1;
}

// The regimes by name, where there is room: colour alone says nothing to some.
function drawNames(context, { area, map, frame: { theme } }) {
  context.font = `12px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillStyle = theme.text;
  let first = 0;
  map.regimes.forEach((regime, index) => {
    if (map.regimes[index + 1] === regime) return;
    const [from, to] = [area.px(map.logs[first]), area.px(map.logs[index])];
    if (to - from > context.measureText(regime).width + 6) context.fillText(regime, (from + to) / 2, area.box.top + area.box.height - 6);
    first = index + 1;
  });
}

function drawLimits(context, { area, frame }) {
  context.font = `11px ${frame.theme.font}`;
  context.textBaseline = "bottom";
  context.textAlign = "center";
  context.strokeStyle = context.fillStyle = frame.theme.text;
  for (const { name, rate } of limitsOf(frame)) {
    const x = area.px(Math.log10(rate));
    if (x < area.box.left || x > area.box.left + area.box.width) continue;
    context.setLineDash([5, 4]);
    line(context, x, area.box.top, x, area.box.top + area.box.height);
    context.setLineDash([]);
    context.fillText(name, x, area.box.top - 1);
  }
}

function drawCursor(context, view) {
  const { area, map, frame, held, hover } = view;
  const at = held ?? nearest(map.logs, Math.log10(rateOf(frame)));
  const x = held === null ? area.px(Math.log10(rateOf(frame))) : area.px(map.logs[held]);
  context.strokeStyle = frame.theme.text;
  context.lineWidth = 2;
  clipped(context, area.box, () => line(context, x, area.box.top, x, area.box.top + area.box.height));
  context.lineWidth = 1;
  const walk = frame.walks.find((candidate) => candidate.focus);
  const height = Math.max(area.py(map.scale.of(map.costs[at])), area.box.top + 6);
  const inside = x >= area.box.left && x <= area.box.left + area.box.width;
  if (inside) drawBall(context, x, height, walk, 5);
  const read = held ?? hover;
  if (read !== null) drawPlate(context, readingOf(map, read), area.px(map.logs[read]), area.box.top + 14, frame.theme, area.box);
}

function readingOf(map, index) {
  const cost = Number.isFinite(map.costs[index]) ? `, ${format(map.costs[index], 2)} left` : "";
  return `${format(10 ** map.logs[index])}: ${map.regimes[index]}, ${endingName(map.kinds[index])}${cost}`;
}

function listen(canvas, view, { repaint, send, preview }) {
  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  const find = ([x, y]) => (view.plane
    ? view.plane.find(view.area.ux(x), view.area.uy(y))
    : nearest(view.map.logs, view.area.ux(x)));
  const hold = (event) => {
    view.held = find(place(event));
    if (view.plane) sendBoth(); // its walks are not here yet: they follow as fast as Python answers
    else preview(Math.round(view.held / view.frame.model.more.regimes.finer));
    repaint();
  };
  const sendBoth = () => send("rate and momentum", { walker: view.frame.model.focus, ...view.plane.at(view.held) });
  const take = () => {
    const { model } = view.frame;
    const walker = model.focus;
    if (view.plane) sendBoth();
    else send("set", { walker, setting: "learning_rate", value: model.arrays["more.map.rates"].data[view.held] });
    view.held = null;
    repaint();
  };
  canvas.style.touchAction = "pan-y";
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !view.area) return;
    canvas.setPointerCapture(event.pointerId);
    hold(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (view.held !== null) hold(event);
    view.hover = event.pointerType === "mouse" && view.area?.holds(...place(event)) ? find(place(event)) : null;
    repaint();
  });
  canvas.addEventListener("pointerup", () => view.held !== null && take());
  canvas.addEventListener("pointercancel", () => { // the finger scrolls the page after all
    view.held = null;
    preview(null);
    repaint();
  });
  canvas.addEventListener("pointerleave", () => { view.hover = null; repaint(); });
}
