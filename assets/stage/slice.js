// One step in slow motion: the cost along it, what the slope promised, and what the surface did.
// The cost along each step comes from Python, from half a step behind to two and a half ahead.

import { clipped, drawAxes, drawBall, drawPath, drawPlate, fitCanvas, inset, labelled, line, plane } from "../parts/canvas.js";
import { element } from "../parts/dom.js";
import { format, ticks } from "../parts/numbers.js";

const MARGIN = { left: 58, top: 46, right: 14, bottom: 74 };

/** The view, for views.js. */
export const SLICE = {
  title: "One step",
  description: "the cost along the next step: what the slope promises, and what the surface does",
  create(host, { repaint }) {
    host.setAttribute("role", "group");
    const sheet = fitCanvas(host, repaint);
    const words = element("p", { class: "words", "aria-live": "polite" });
    host.append(words);
    return {
      draw(frame) {
        const cut = cutOf(frame);
        const text = sentence(cut, frame);
        if (words.textContent !== text) words.textContent = text;
        words.setAttribute("aria-live", frame.playing ? "off" : "polite");
        Object.assign(host.dataset, { row: cut.row, promised: cut.slope, did: cut.rise });
        const context = sheet.begin();
        if (context) drawCut(context, plane(inset(sheet, MARGIN), [cut.shares[0], cut.shares.at(-1)], rangeOf(cut)), cut, frame);
      },
      picture: () => sheet.canvas,
      destroy: sheet.destroy,
    };
  },
};

/** The slice of the step that the walker in focus takes next, as plain values. */
function cutOf({ model, step, previewing }) {
  const { arrays, more: { slice: { shares } } } = model;
  const of = (name) => arrays[`more.slice.${name}`].data;
  const row = Math.min(step, of("slope").length - 1);
  const rises = of("rises").subarray(row * shares.length, (row + 1) * shares.length);
  const [slope, bend] = [of("slope")[row], of("bend")[row]];
  // Every step is linear in the rate: another rate lands elsewhere on the same line.
  const { learning_rate: rate } = model.walkers[model.focus].settings;
  const landing = previewing && rate > 0 ? previewing / rate : 1;
  return { row, shares, rises, slope, bend, size: of("sizes")[row], landing, rise: heightAt(shares, rises, slope, landing), lowest: bend > 0 ? -slope / bend : null, plain: model.walkers[model.focus].optimizer === "gradient_descent" };
}

/**
 * The rise at a share of the step, between the places asked; nan beyond them.
 *
 * What is interpolated is how far the cost leaves the slope's promise, over share²: near the start
 * of the step the promise is nearly the whole of the rise, and a chord would miss it.
 */
function heightAt(shares, rises, slope, share) {
  const at = (share - shares[0]) / (shares[1] - shares[0]);
  const low = Math.floor(at + 1e-9);
  if (low < 0 || at > shares.length - 1 + 1e-9) return NaN;
  if (at - low < 1e-9) return rises[low];
  const bends = [low, low + 1].filter((index) => shares[index] !== 0)
    .map((index) => (rises[index] - slope * shares[index]) / shares[index] ** 2);
  const bend = bends[0] + (at - low) * (bends.at(-1) - bends[0]);
  return slope * share + bend * share ** 2;
}

function sentence({ slope, bend, rise, size, landing, row, plain }, { previewing }) {
  if (!(size > 0)) return "This step has no length: the walker stands.";
  const name = previewing ? "At this rate the slope" : `At step ${row} the slope`;
  const promised = `${name} promises ${changeOf(slope * landing)}`;
  if (Number.isNaN(rise)) return landing > 2.5 ? `${promised}; the landing is off the picture.` : `${promised}; where it lands the formula has no value.`;
  const did = rise > 0 ? `the surface gives ${changeOf(rise)}: overshot` : `the surface gives ${changeOf(rise)}`;
  const share = rise < 0 && slope < 0 ? `, ${format((100 * rise) / (slope * landing), 2)} % of it` : "";
  const curve = bend > 0 ? ` Along it L is ${format(bend / size ** 2)}, so 1/L is ${format(size ** 2 / bend)}.` : "";
  return `${promised}; ${did}${share}.${plain ? curve : ""}`;
}

function changeOf(value) {
  if (value === 0) return "no change";
  return value > 0 ? `a rise of ${format(value)}` : `a fall of ${format(-value)}`;
}

// Everything that matters is inside: the promise, the landing, the lowest place along the way.
function rangeOf({ shares, rises, slope, rise, landing }) {
  const ahead = Array.from(rises).filter((value, index) => shares[index] >= 0 && shares[index] <= 1.6 && Number.isFinite(value));
  const low = Math.min(0, slope * Math.min(landing, 2.5), ...ahead);
  const high = Math.max(0, Number.isFinite(rise) ? rise : 0, 0.35 * Math.abs(slope), ...ahead.filter((value) => value < 3 * Math.abs(slope)));
  const air = 0.12 * (high - low) || 1;
  return [low - air, high + air];
}

function drawCut(context, area, cut, frame) {
  const { theme } = frame;
  const walk = frame.walks.find((candidate) => candidate.focus);
  drawAxes(context, area, theme, {
    xTicks: [0, 1, 2].map((share) => [share, share === 1 ? "1 step" : format(share)]),
    yTicks: labelled(ticks(...area.y, 4)), lines: false,
  });
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.text;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText("change of cost along this step", area.box.left, 16);
  context.strokeStyle = theme.line;
  line(context, area.box.left, area.py(0), area.box.left + area.box.width, area.py(0));
  clipped(context, area.box, () => drawLines(context, area, cut, theme));
  drawMarks(context, area, cut, theme, walk);
}

function drawLines(context, area, { shares, rises, slope, bend, landing }, theme) {
  const at = (share, height) => [area.px(share), area.py(height)];
  const parts = [[]];
  shares.forEach((share, index) => {
    if (Number.isFinite(rises[index])) parts.at(-1).push(at(share, rises[index]));
    else parts.push([]);
  });
  for (const part of parts) drawPath(context, part, { colour: theme.text, width: 2, edge: false });
  if (Number.isFinite(bend)) {
    const parabola = shares.map((share) => at(share, slope * share + (bend * share ** 2) / 2));
    drawPath(context, parabola, { colour: theme.text, width: 1.25, dashed: true, alpha: 0.55, edge: false });
  }
  drawPath(context, [at(0, 0), at(landing, slope * landing)], { colour: theme.accent, width: 2, edge: false });
}

function drawMarks(context, area, { slope, rise, landing, lowest, plain }, theme, walk) {
  const edge = Math.min(landing, area.x[1]);
  context.strokeStyle = theme.accent;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(area.px(edge), area.py(slope * edge), 5, 0, 2 * Math.PI);
  context.stroke();
  context.lineWidth = 1;
  if (Number.isFinite(rise)) {
    context.strokeStyle = theme.text;
    context.setLineDash([2, 3]);
    line(context, area.px(landing), area.py(slope * landing), area.px(landing), area.py(rise));
    context.setLineDash([]);
    drawBall(context, area.px(landing), area.py(rise), walk, 5);
  }
  drawBall(context, area.px(0), area.py(0), walk, 3);
  if (lowest > 0 && lowest < area.x[1]) markLowest(context, area, lowest, theme, plain ? "1/L" : "lowest");
  drawPlate(context, "promise", area.px(edge) - 40, area.py(slope * edge) + 4, theme, area.box);
}

// The bottom of the parabola that has this slope and this bend: for the plain method 1/L leads there.
function markLowest(context, area, lowest, theme, name) {
  const x = area.px(lowest);
  const floor = area.box.top + area.box.height;
  context.strokeStyle = context.fillStyle = theme.text;
  context.setLineDash([5, 4]);
  line(context, x, area.box.top, x, floor);
  context.setLineDash([]);
  context.font = `11px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "bottom";
  context.fillText(name, x, area.box.top - 1);
}
