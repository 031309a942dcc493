// Whether they learn: accuracy and cost over the updates, both networks in one picture.

import { clipped, drawAxes, inset, plane } from "../parts/canvas.js";
import { CHART_MARGIN, costTicks, createChart, drawLine, drawPromise, drawReading, updateTicks } from "../parts/chart.js";
import { element, setText } from "../parts/dom.js";
import { format, share } from "../parts/numbers.js";
import { SLOTS } from "../parts/palette.js";

export const LINES = [{ colour: SLOTS[2] }, { colour: SLOTS[5], dashed: true }];
const DASHES = [[], [6, 3]];
const CHANCE = 0.1;
const MOST = 1000; // the cost of what explodes leaves the picture there

export function createCurves(repaint) {
  const right = createChart("Read right", "of test pictures", repaint, LINES);
  const cost = createChart("Cost", "of the mini-batches", repaint, LINES);
  return {
    row: element("div", { class: "curves" }, right.panel, cost.panel),
    destroy() { right.sheet.destroy(); cost.sheet.destroy(); },
    draw(frame) {
      drawRight(right, frame);
      drawCost(cost, frame);
    },
  };
}

function drawRight(chart, { model, theme, readable }) {
  if (readable) legend(chart, model, ({ accuracy }) => share(accuracy));
  const context = chart.sheet.begin();
  if (!context) return;
  const area = plane(inset(chart.sheet, CHART_MARGIN), [0, Math.max(model.updates, 10)], [0, 1]);
  drawAxes(context, area, theme, { xTicks: updateTicks(area), yTicks: [0, 0.1, 0.5, 0.9, 1].map((value) => [value, `${100 * value} %`]) });
  const series = model.members.map((_, index) => [model.arrays[`marks.${index}`].data, model.arrays[`accuracy.${index}`].data]);
  clipped(context, area.box, () => series.forEach(([at, values], index) => drawLine(context, area, at, values, LINES[index].colour, DASHES[index])));
  if (!model.updates) drawPromise(context, area, theme, "Press play: how much it reads right appears here.", [[[CHANCE], LINES[0].colour]]);
  const [at, values] = series[series.length - 1];
  drawReading(context, chart, area, theme, Array.from(at), (index) => `update ${at[index]}: ${share(values[index])}`);
}

function drawCost(chart, { model, theme, readable }) {
  if (readable) legend(chart, model, ({ cost, lost }) => (lost >= 0 ? "no number" : cost === null ? "none yet" : format(cost, 2)));
  const context = chart.sheet.begin();
  if (!context) return;
  const series = model.members.map((_, index) => [model.arrays[`at.${index}`].data, model.arrays[`cost.${index}`].data]);
  const finite = series.flatMap(([, values]) => Array.from(values)).filter((value) => value > 0 && value < MOST);
  const [low, high] = finite.length ? [Math.min(...finite), Math.max(...finite)] : [0.2, 2.5];
  const area = plane(inset(chart.sheet, CHART_MARGIN), [0, Math.max(model.updates, 10)],
    [Math.log10(Math.min(low, 1)) - 0.1, Math.log10(Math.max(high, 2.5)) + 0.1]);
  drawAxes(context, area, theme, { xTicks: updateTicks(area), yTicks: costTicks(area) });
  clipped(context, area.box, () => series.forEach(([at, values], index) => drawLine(
    context, area, at, Array.from(values, (value) => Math.log10(Math.max(value, 1e-6))), LINES[index].colour, DASHES[index])));
  if (!model.updates) drawPromise(context, area, theme, "Press play: the cost of every update appears here.", []);
  const [at, values] = series[series.length - 1];
  drawReading(context, chart, area, theme, Array.from(at), (index) => `update ${Math.round(at[index])}: cost ${format(values[index], 3)}`);
}

function legend(chart, { members, updates }, said) {
  chart.labels.forEach((label, index) => {
    label.parentElement.hidden = !members[index];
    if (members[index]) setText(label, `${members[index].short} ${said(members[index])}`);
  });
  chart.host.setAttribute("aria-label", `Over ${updates} updates: ${chart.labels.filter(({ parentElement }) => !parentElement.hidden).map((label) => label.textContent).join(", ")}`);
}
