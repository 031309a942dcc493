// Two curves over the updates: the cost, and how much is read right. Where something was changed on
// the way, a line says what.

import { clipped, drawAxes, inset, labelled, line, plane } from "../parts/canvas.js";
import { CHART_MARGIN as MARGIN, costTicks, createChart, drawBand, drawLine, drawPromise, drawReading, updateTicks } from "../parts/chart.js";
import { element, setText } from "../parts/dom.js";
import { counted, format, share, ticks } from "../parts/numbers.js";
import { SLOTS } from "../parts/palette.js";

const [TRAINING, TEST] = [SLOTS[5], SLOTS[2]];
const LINES = [{ colour: TRAINING }, { colour: TEST, dashed: true }];
const SHARES = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998];

export function createCurves({ repaint }) {
  let logarithmic = true;
  const scale = element("button", {
    type: "button", class: "toggle", text: "logarithmic", "aria-pressed": "true",
    onclick: () => {
      logarithmic = !logarithmic;
      scale.setAttribute("aria-pressed", logarithmic);
      repaint();
    },
  });
  const cost = createChart("Cost", "how wrong it is", repaint, LINES, scale);
  const right = createChart("Read right", "", repaint, LINES);
  return {
    row: element("div", { class: "curves" }, cost.panel, right.panel),
    destroy() { cost.sheet.destroy(); right.sheet.destroy(); },
    draw(frame) {
      drawCost(cost, frame, logarithmic);
      drawRight(right, frame);
    },
  };
}

function drawCost(chart, { model, theme, readable }, logarithmic) {
  const { at, mean, low, high, marks, testCost } = series(model);
  const tested = testCost[testCost.length - 1];
  if (readable) {
    setText(chart.labels[0], `mini-batches ${model.cost === null ? "none yet" : format(model.cost, 3)}`);
    setText(chart.labels[1], `test pictures ${tested === undefined ? "not yet" : format(tested, 3)}`);
    chart.host.setAttribute("aria-label", `Cost over ${counted(model.updates, "update")}: ${chart.labels[0].textContent}, ${chart.labels[1].textContent}`);
  }
  const context = chart.sheet.begin();
  if (!context) return;
  const area = costArea(chart, model, { mean, testCost }, logarithmic);
  const of = logarithmic ? (value) => Math.log10(Math.max(value, 1e-6)) : (value) => value;
  drawAxes(context, area, theme, {
    xTicks: updateTicks(area),
    yTicks: logarithmic ? costTicks(area) : labelled(ticks(...area.y, 5)),
  });
  clipped(context, area.box, () => {
    drawBand(context, area, at, low.map(of), high.map(of), TRAINING);
    drawChanges(context, area, model.changes, theme);
    drawLine(context, area, at, mean.map(of), TRAINING, []);
    drawLine(context, area, marks, testCost.map(of), TEST, [6, 3]);
  });
  if (!model.updates) drawPromise(context, area, theme, "Press play: the cost of every update appears here.", [[testCost.map(of), TEST]]);
  drawReading(context, chart, area, theme, at, (index) => `update ${Math.round(at[index])}: cost ${format(mean[index], 3)}`);
}

function costArea({ sheet }, model, { mean, testCost }, logarithmic) {
  const finite = [...mean, ...testCost].filter((value) => value > 0 && value < 1e30);
  const [low, high] = finite.length ? [Math.min(...finite), Math.max(...finite)] : [0.1, 2.5];
  const across = [0, Math.max(model.updates, 10)];
  if (!logarithmic) return plane(inset(sheet, MARGIN), across, [0, Math.min(high, 10 * low + 5) * 1.08]);
  return plane(inset(sheet, MARGIN), across, [Math.log10(low) - 0.12, Math.log10(Math.max(high, 2 * low)) + 0.12]);
}

// Accuracies are drawn by the logarithm of what is read wrong: from 98 to 99 % is as far as to halve
// the mistakes anywhere else.
const nines = (share) => -Math.log10(Math.max(1 - share, 0.0008));

function drawRight(chart, { model, theme, readable }) {
  const { marks, testAccuracy, trainingAccuracy } = series(model);
  const [seen, tested] = [trainingAccuracy, testAccuracy].map((values) => values[values.length - 1]);
  if (readable) {
    const said = (value) => (value === undefined ? "not yet" : share(value, 1));
    const whole = model.whole ? `; all 10,000 at the end of epoch ${model.whole.epoch}: ${share(model.whole.accuracy, 2)}` : "";
    setText(chart.labels[0], `training ${said(seen)}`);
    setText(chart.labels[1], `test ${said(tested)}${whole}`);
    setText(chart.note, `of ${model.sample.toLocaleString("en")} pictures each`);
    chart.host.setAttribute("aria-label", `Read right over ${counted(model.updates, "update")}: ${chart.labels[0].textContent}, ${chart.labels[1].textContent}`);
  }
  const context = chart.sheet.begin();
  if (!context) return;
  const best = Math.max(0.95, ...seenOr(trainingAccuracy), ...seenOr(testAccuracy));
  const area = plane(inset(chart.sheet, MARGIN), [0, Math.max(model.updates, 10)], [0, nines(best) + 0.15]);
  drawAxes(context, area, theme, {
    xTicks: updateTicks(area),
    yTicks: SHARES.filter((share) => nines(share) <= area.y[1]).map((share) => [nines(share), `${Number((100 * share).toPrecision(3))} %`]),
  });
  clipped(context, area.box, () => {
    drawChanges(context, area, model.changes, theme);
    drawLine(context, area, marks, trainingAccuracy.map(nines), TRAINING, []);
    drawLine(context, area, marks, testAccuracy.map(nines), TEST, [6, 3]);
  });
  if (!model.updates) drawPromise(context, area, theme, "Press play: how much it reads right appears here.", [[trainingAccuracy.map(nines), TRAINING], [testAccuracy.map(nines), TEST]]);
  drawReading(context, chart, area, theme, marks, (index) =>
    `update ${Math.round(marks[index])}: test ${share(testAccuracy[index], 1)}, training ${share(trainingAccuracy[index], 1)}`);
}

function seenOr(values) {
  return values.length ? values : [0];
}

function series({ arrays }) {
  return Object.fromEntries(Object.entries(arrays).map(([name, { data }]) => [name, name === "weights" ? data : Array.from(data)]));
}

/** Lines where something was changed; of those too close to tell apart, the last one's words. */
function drawChanges(context, area, changes, theme) {
  context.save();
  context.font = `11px ${theme.font}`;
  context.textBaseline = "top";
  changes.forEach(({ at, what }, index) => {
    const x = area.px(at);
    context.strokeStyle = theme.text;
    context.globalAlpha = 0.5;
    context.setLineDash([3, 3]);
    line(context, x, area.box.top, x, area.box.top + area.box.height);
    const next = changes[index + 1];
    if (next && area.px(next.at) - x < 60) return;
    const toLeft = x > area.box.left + area.box.width / 2;
    context.globalAlpha = 0.9;
    context.fillStyle = theme.text;
    context.textAlign = toLeft ? "right" : "left";
    context.fillText(what, x + (toLeft ? -5 : 5), area.box.top + 3);
  });
  context.restore();
}
