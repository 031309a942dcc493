// The houses: every sale as a point, the line that the walker stands for, and one house looked at.
// `more.houses` has {centre, spread, across, up, unit, verb, money, own, look}; weight and bias are x and y
// of the stage, and the line is price = weight · (area − centre) / spread + bias.

import { clipped, drawAxes, drawBall, drawPath, drawPlate, fitCanvas, inset, labelled, line, plane } from "../parts/canvas.js";
import { element } from "../parts/dom.js";
import { dragStart } from "../parts/drag.js";
import { format, signed, ticks } from "../parts/numbers.js";
import { pointAt, rowAt } from "./walks.js";

const MARGIN = { left: 58, top: 12, right: 12, bottom: 38 };
const SQUARES = 24; // houses whose squares are drawn; all of them would hide one another
const HANDLES = [0.22, 0.78]; // where the line is held, as shares of the picture's width
const REACH = 26; // pixels around a handle that take hold of it

export const HOUSES = {
  title: "Houses",
  description: "every house as a point and the line that predicts its price; drag the line by its two rings, click a house to look at it",
  create: createHouses,
};

function createHouses(host, { onStart, repaint }) {
  host.setAttribute("role", "group"); // there are buttons inside
  const plot = element("div", { class: "plot", role: "img", "aria-label": host.getAttribute("aria-label") });
  const view = { area: null, frame: null, handle: -1, dragged: null, hover: null, picked: null, count: null, version: null };
  const facts = createFacts((index) => { view.picked = index; repaint(); }, view);
  host.append(plot, facts.body);
  const sheet = fitCanvas(plot, repaint);
  listen(sheet.canvas, view, { onStart, repaint });
  return {
    draw(frame) {
      view.frame = frame;
      if (view.handle < 0 && view.dragged && (frame.step > 0 || arrived(view.dragged, frame.model.start))) view.dragged = null;
      const { area: areas, price } = dataOf(frame.model);
      if (view.version !== frame.model.terrain.version) {
        if (view.count !== areas.length) view.picked = frame.model.more.houses.look;
        view.count = areas.length;
        view.version = frame.model.terrain.version;
        view.ranges = [rangeOf(areas, 0.04), rangeOf(price, 0.06)];
      }
      facts.show();
      const context = sheet.begin();
      if (!context) return;
      view.area = plane(inset(sheet, MARGIN), ...view.ranges);
      drawHouses(context, view);
      tell(host, view);
    },
    picture: () => sheet.canvas,
    destroy: sheet.destroy,
  };
}

function arrived(line, start) {
  return line.every((value, axis) => Math.abs(value - start[axis]) <= 1e-5 * (1 + Math.abs(value)));
}

function dataOf(model) {
  return { area: model.arrays["more.area"].data, price: model.arrays["more.price"].data, codes: model.arrays["more.codes"]?.data };
}

function rangeOf(data, air) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const room = (high - low || 1) * air;
  return [low >= 0 && low < (high - low) / 2 ? 0 : low - room, high + room];
}

/** weight and bias of what is drawn: the line under the hand, or the walker in focus. */
function lineNow({ frame, dragged }) {
  if (dragged) return dragged;
  const walk = frame.walks.find((candidate) => candidate.focus);
  return pointAt(walk, rowAt(walk, frame.step));
}

function predict({ houses: { centre, spread } }, [weight, bias], area) {
  return (weight * (area - centre)) / spread + bias;
}

/** A price as people write it. */
function money({ houses }, price, digits = 0) {
  if (!houses.money) return format(price, 4);
  if (!(Math.abs(price) < 1e9)) return `$${format(price * 1000)}`; // exploded: no row of zeros
  const text = `$${Math.abs(price * 1000).toLocaleString("en", { maximumFractionDigits: digits })}`;
  return price < 0 ? `−${text}` : text;
}

/** A size with its unit, or a number of somebody's own column with the column's name. */
function sizeOf({ houses: { own, unit } }, size) {
  return own ? `${unit} ${Number(size.toPrecision(6))}` : `${size.toLocaleString("en")} ${unit}`;
}

// --- Drawing -----------------------------------------------------------------------------------

function drawHouses(context, view) {
  const { area, frame } = view;
  const { more } = frame.model;
  const { theme } = frame;
  drawFrame(context, area, more, theme);
  const now = lineNow(view);
  const focus = frame.walks.find((walk) => walk.focus);
  clipped(context, area.box, () => {
    drawPoints(context, view, theme);
    drawSquares(context, view, now, focus.colour);
    for (const walk of frame.walks) if (!walk.focus) drawLine(context, area, more, pointAt(walk, rowAt(walk, frame.step)), { colour: walk.colour, width: 1.75, dashed: walk.dashed });
    drawLine(context, area, more, now, { colour: focus.colour, width: 3, dashed: focus.dashed });
    drawPicked(context, view, now, focus);
  });
  drawAverage(context, view, now, focus.colour);
  for (const share of HANDLES) drawHandle(context, ...handleAt(view, now, share));
  if (view.hover) drawHovered(context, view);
}

function drawFrame(context, area, { houses }, theme) {
  const xTicks = labelled(ticks(...area.x, area.box.width / 90)).map(([value]) => [value, houses.money ? value.toLocaleString("en") : format(value, 4)]);
  const yTicks = ticks(...area.y, area.box.height / 55).map((value) => [value, houses.money ? `$${format(value, 4)}k` : format(value, 4)]);
  drawAxes(context, area, theme, { xTicks, yTicks });
  context.globalAlpha = 0.75;
  context.fillStyle = theme.text;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText(houses.across, area.box.left + area.box.width, area.box.top + area.box.height + 34);
  context.globalAlpha = 1;
}

function drawPoints(context, { area, frame: { model } }, theme) {
  const { area: areas, price } = dataOf(model);
  context.fillStyle = theme.text;
  context.globalAlpha = 0.34;
  areas.forEach((across, index) => context.fillRect(area.px(across) - 1.5, area.py(price[index]) - 1.5, 3, 3));
  context.globalAlpha = 1;
}

function drawLine(context, area, more, point, look) {
  const ends = area.x.map((across) => [area.px(across), area.py(predict(more, point, across))]);
  drawPath(context, ends, look);
}

// A residual's square, to the side where there is more room.
function squareAt(context, area, across, actual, forecast, filled) {
  const [x, top, bottom] = [area.px(across), area.py(Math.max(actual, forecast)), area.py(Math.min(actual, forecast))];
  const side = bottom - top;
  const left = x > area.box.left + area.box.width / 2 ? x - side : x;
  if (filled) context.fillRect(left, top, side, side);
  context.strokeRect(left, top, side, side);
}

function drawSquares(context, view, now, colour) {
  const { area, frame: { model } } = view;
  const { area: areas, price } = dataOf(model);
  const every = Math.max(1, Math.floor(areas.length / SQUARES));
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = 1;
  for (let index = 0; index < areas.length; index += every) {
    context.globalAlpha = 0.45;
    squareAt(context, area, areas[index], price[index], predict(model.more, now, areas[index]), false);
  }
  context.globalAlpha = 1;
}

function drawPicked(context, { area, frame: { model, theme }, picked }, now, focus) {
  const { area: areas, price } = dataOf(model);
  const [across, actual] = [areas[picked], price[picked]];
  const forecast = predict(model.more, now, across);
  context.save();
  context.fillStyle = context.strokeStyle = focus.colour;
  context.globalAlpha = 0.3;
  squareAt(context, area, across, actual, forecast, true);
  context.globalAlpha = 1;
  context.strokeStyle = theme.text;
  context.lineWidth = 2;
  line(context, area.px(across), area.py(actual), area.px(across), area.py(forecast));
  context.restore();
  drawBall(context, area.px(across), area.py(forecast), { colour: focus.colour, shape: "circle" }, 4);
  context.strokeStyle = theme.text;
  context.lineWidth = 2.5;
  context.beginPath();
  context.arc(area.px(across), area.py(actual), 7, 0, 2 * Math.PI);
  context.stroke();
}

// The cost is the mean of the squares: the square with that area stands in the corner.
function drawAverage(context, view, now, colour) {
  const { area, frame: { model, theme } } = view;
  const error = Math.sqrt(costOf(view, now));
  const side = Math.min((error / (area.y[1] - area.y[0])) * area.box.height, area.box.height * 0.7);
  if (!(side >= 0)) return;
  const [left, top] = [area.box.left + 10, area.box.top + 8];
  context.fillStyle = theme.ground;
  context.globalAlpha = 0.7;
  context.fillRect(left, top, side, side);
  context.globalAlpha = 1;
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(left, top, side, side);
  drawPlate(context, `average square: side ${money(model.more, error)} = √cost`, left + side / 2 + 60, top + side + 13, theme, area.box);
}

/** The cost of a line over all houses, as Python says it where the walker stands. */
function costOf({ frame, dragged }, now) {
  const walk = frame.walks.find((candidate) => candidate.focus);
  if (!dragged) return walk.values[rowAt(walk, frame.step)];
  const { mean, price, variance, covariance, price_variance: height } = frame.model.more.moments;
  const off = now[0] * mean + now[1] - price; // under the hand, before Python has answered
  return now[0] * (now[0] * variance - 2 * covariance) + height + off * off;
}

function handleAt({ area, frame: { model } }, now, share) {
  const across = area.x[0] + share * (area.x[1] - area.x[0]);
  const hold = (value, low, size) => Math.min(Math.max(value, low), low + size);
  return [area.px(across), hold(area.py(predict(model.more, now, across)), area.box.top + 8, area.box.height - 16)];
}

function drawHandle(context, x, y) {
  for (const [colour, size, width] of [["rgba(10, 14, 24, 0.7)", 9, 5], ["#fff", 9, 3]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, y, size, 0, 2 * Math.PI);
    context.stroke();
  }
}

function drawHovered(context, { area, hover, frame: { model, theme } }) {
  const { area: areas, price } = dataOf(model);
  const index = nearest(area, areas, price, hover);
  if (index === null) return;
  const { more } = model;
  drawPlate(context, `${sizeOf(more, areas[index])}, ${money(more, price[index])}`, area.px(areas[index]), area.py(price[index]) - 22, theme, area.box);
}

function nearest(area, areas, price, [x, y], reach = 24) {
  let [best, least] = [null, reach * reach];
  areas.forEach((across, index) => {
    const distance = (area.px(across) - x) ** 2 + (area.py(price[index]) - y) ** 2;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

// What a test may wait for: which house, and what is said of it.
function tell(host, view) {
  const [weight, bias] = lineNow(view);
  Object.assign(host.dataset, { house: view.picked, weight: weight.toPrecision(8), bias: bias.toPrecision(8) });
}

// --- One house in words ------------------------------------------------------------------------

function createFacts(choose, view) {
  const said = element("p", { class: "said-of", "aria-live": "polite" });
  const pull = element("p", { class: "pull" });
  const turn = (way) => {
    const { area } = dataOf(view.frame.model);
    choose((view.picked + way + area.length) % area.length);
  };
  const button = (text, label, way) => element("button", { type: "button", class: "preset", text, "aria-label": label, title: label, onclick: () => turn(way) });
  const body = element("div", { class: "facts" },
    element("div", { class: "turn", role: "group", "aria-label": "House" }, button("‹", "The house before", -1), button("›", "The next house", 1)),
    element("div", { class: "words" }, said, pull));
  return {
    body,
    show() {
      const moving = view.frame.playing || view.frame.previewing || view.handle >= 0;
      said.setAttribute("aria-live", moving ? "off" : "polite");
      const [first, second] = wordsOf(view);
      if (said.textContent !== first) said.textContent = first;
      if (pull.textContent !== second) pull.textContent = second;
    },
  };
}

function wordsOf(view) {
  const { frame: { model, walks, step }, picked } = view;
  const { more } = model;
  const { area: areas, price, codes } = dataOf(model);
  const now = lineNow(view);
  const error = predict(more, now, areas[picked]) - price[picked];
  const x = (areas[picked] - more.houses.centre) / more.houses.spread;
  const walk = walks.find((candidate) => candidate.focus);
  const mean = walk.gradients && !view.dragged ? Array.from(walk.gradients.subarray(2 * rowAt(walk, step), 2 * rowAt(walk, step) + 2)) : null;
  const where = codes ? ` in ZIP ${codes[picked]}` : "";
  const off = `${money(more, Math.abs(error))} too ${error > 0 ? "high" : "low"}`;
  const said = `${sizeOf(more, areas[picked])}${where}: forecast ${money(more, price[picked] + error)}, ${more.houses.verb} ${money(more, price[picked])}. ${off}; ${squareOf(more, error)}.`;
  const own = [2 * error * x, 2 * error];
  const pulls = ["weight", "bias"].map((name, index) => `${name} ${signed(own[index])}${mean ? ` (mean of all ${signed(mean[index])})` : ""}`);
  return [said, `Its own gradient: ${pulls.join(", ")}.${mean ? heedOf(model.walkers[walk.index]) : ""}`];
}

/** The square of an error, and what is squared: the page says that prices count in thousands. */
function squareOf({ houses }, error) {
  const size = Math.abs(error);
  if (!houses.money || size >= 1e6) return `squared: ${format(error * error, 4)}`;
  const thousands = Number(size.toFixed(1)); // what is squared is what is shown
  return `${thousands.toLocaleString("en")}² = ${Math.round(thousands ** 2).toLocaleString("en")}`;
}

/** What a walker's step makes of the mean of all gradients. */
function heedOf({ batch, optimizer, noise }) {
  if (batch) return " The step heeds the mean of its batch.";
  return optimizer === "gradient_descent" && !noise ? " The step goes against the mean." : " The step follows from the mean.";
}

// --- Mouse, pen, finger ------------------------------------------------------------------------

function listen(canvas, view, { onStart, repaint }) {
  const handleUnder = ([x, y]) => {
    const now = lineNow(view);
    return HANDLES.findIndex((share) => {
      const [px, py] = handleAt(view, now, share);
      return Math.hypot(px - x, py - y) < REACH;
    });
  };
  dragStart(canvas, {
    grabs(at) {
      view.handle = view.area ? handleUnder(at) : -1;
      return view.handle >= 0;
    },
    taps: (at) => Boolean(view.area?.holds(...at)),
    move(at, done) {
      view.hover = null;
      if (view.handle < 0) pick(view, at);
      else turnLine(view, at, done, onStart);
      if (done) view.handle = -1; // the line stays where it was let go until Python has answered
      repaint();
    },
    hover(at) {
      view.hover = at && view.area?.holds(...at) ? at : null;
      canvas.style.cursor = at && view.area && handleUnder(at) >= 0 ? "grab" : "crosshair";
      repaint();
    },
  });
}

function pick(view, at) {
  const { area: areas, price } = dataOf(view.frame.model);
  view.picked = nearest(view.area, areas, price, at, 60) ?? view.picked;
}

// The line through the hand and the other handle.
function turnLine(view, [, y], done, onStart) {
  const { area, frame: { model: { more } } } = view;
  const now = lineNow(view);
  const [held, other] = [HANDLES[view.handle], HANDLES[1 - view.handle]].map((share) => area.x[0] + share * (area.x[1] - area.x[0]));
  const height = area.uy(Math.min(Math.max(y, area.box.top), area.box.top + area.box.height));
  const still = predict(more, now, other);
  const slope = (height - still) / (held - other);
  const { centre, spread } = more.houses;
  view.dragged = [slope * spread, still + slope * (centre - other)];
  onStart(view.dragged, done);
}
