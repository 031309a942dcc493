// A column for each layer, from the input to the output: what arrives there, what comes back, the
// gradient of its weights, and how far these have moved. Bars are logarithmic; dashes are theory.

import { drawPlate, fitCanvas, line } from "../parts/canvas.js";
import { element } from "../parts/dom.js";
import { format } from "../parts/numbers.js";
import { SLOTS } from "../parts/palette.js";

export const QUANTITIES = [
  { key: "arrives", short: "arrives", title: "What arrives", way: 1, colour: SLOTS[1], height: 5 },
  { key: "returns", short: "comes back", title: "What comes back", way: -1, colour: SLOTS[0], height: 7 },
  { key: "gradient", short: "gradient", title: "The gradient of a weight: the two multiplied", way: 0, colour: SLOTS[4], height: 5 },
  { key: "moved", short: "moved", title: "How far its weights have moved, as a share of their size", way: 0, colour: SLOTS[3], height: 5 },
];
const LOST = SLOTS[2];
const MARGIN = { left: 46, right: 8, top: 50, bottom: 22, title: 22 };
const LAMP = 26; // px from the top
const [LEAST, MOST] = [-20, 12]; // powers of ten, beyond which nothing is told apart
const FIRST = { moved: [-8, 1] };

/** Powers of ten that each quantity's axis spans, for all networks alike; wider as need be. */
export function createRanges() {
  let [ranges, beginning] = [null, null];
  return {
    of: (key) => ranges[key],
    widen(model) {
      if (model.beginning !== beginning) [ranges, beginning] = [{ ...FIRST }, model.beginning];
      for (const { key } of QUANTITIES) {
        const seen = model.members.flatMap(({ sizes, expected }) => [...sizes[key], ...(expected[key] ?? [])]);
        const powers = seen.filter((value) => value > 0).map((value) => Math.min(Math.max(Math.log10(value), LEAST), MOST));
        const [low, high] = [Math.floor(Math.min(...powers) - 0.1), Math.ceil(Math.max(...powers) + 0.1)];
        const [from, to] = ranges[key] ?? [high - 3, high];
        if (powers.length) ranges[key] = [Math.min(low, from), Math.max(high, to)];
        else ranges[key] ??= [-3, 0];
      }
    },
  };
}

export function createColumns(repaint, ranges) {
  const host = element("div", { class: "columns", role: "img" });
  const sheet = fitCanvas(host, repaint);
  let pointed = null;
  const point = (event) => { pointed = event ? [event.offsetX, event.offsetY] : null; repaint(); };
  sheet.canvas.addEventListener("pointermove", point);
  sheet.canvas.addEventListener("pointerdown", point);
  sheet.canvas.addEventListener("pointerleave", () => point(null));
  return {
    host,
    destroy: sheet.destroy,
    draw({ theme, readable }, member) {
      if (readable) host.setAttribute("aria-label", `${member.name}, layer by layer. ${member.passing}`);
      const context = sheet.begin();
      if (!context) return;
      const tracks = tracksOf(sheet, member, ranges);
      drawLamps(context, tracks.find(({ key }) => key === "returns"), theme);
      for (const track of tracks) drawTrack(context, track, theme);
      drawLayers(context, tracks, theme);
      if (pointed) drawReading(context, tracks, theme, pointed);
    },
  };
}

function tracksOf({ width, height }, member, ranges) {
  const inner = height - MARGIN.top - MARGIN.bottom;
  const whole = QUANTITIES.reduce((sum, one) => sum + one.height, 0);
  const count = member.sizes.gradient.length;
  const step = (width - MARGIN.left - MARGIN.right) / count;
  let top = MARGIN.top;
  return QUANTITIES.map((quantity) => {
    const tall = (inner * quantity.height) / whole;
    const box = { left: MARGIN.left, top: top + MARGIN.title, width: step * count, height: tall - MARGIN.title - 6 };
    top += tall;
    const [low, high] = ranges.of(quantity.key);
    const py = (value) => box.top + box.height * (1 - Math.min(Math.max((Math.log10(value) - low) / (high - low), 0), 1));
    return { ...quantity, box, low, high, step, count, py, middle: (layer) => box.left + step * (layer + 0.5),
      values: member.sizes[quantity.key], expected: member.expected[quantity.key] ?? null };
  });
}

/** The layers in a row, each as bright as what comes back to it: in proportion, not logarithmic. */
function drawLamps(context, { box, count, step, middle, values, colour }, theme) {
  const most = Math.max(...values.map((value) => value ?? 0)) || 1;
  const radius = Math.min(step * 0.36, 11);
  context.save();
  context.strokeStyle = theme.text;
  context.globalAlpha = 0.35;
  context.lineWidth = 1.5;
  line(context, middle(0), LAMP, middle(count - 1), LAMP);
  context.globalAlpha = 1;
  values.forEach((value, layer) => {
    const bright = value === null ? 1 : value / most;
    context.beginPath();
    context.arc(middle(layer), LAMP, radius, 0, 2 * Math.PI);
    context.fillStyle = theme.panel;
    context.fill();
    context.globalAlpha = bright;
    context.fillStyle = value === null ? LOST : colour;
    context.fill();
    context.globalAlpha = 0.5;
    context.stroke();
    context.globalAlpha = 1;
  });
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.text;
  context.textBaseline = "middle";
  context.globalAlpha = 0.85;
  context.textAlign = "left";
  context.fillText("pixels in", box.left, 6, box.width / 3);
  context.textAlign = "right";
  context.fillText("answer out", box.left + box.width, 6, box.width / 3);
  context.textAlign = "center";
  context.fillText("brightness: what comes back", box.left + box.width / 2, 6, box.width / 2.4);
  context.restore();
}

function drawTrack(context, track, theme) {
  const { box, title, way, colour } = track;
  context.save();
  context.font = `600 12px ${theme.font}`;
  context.textBaseline = "middle";
  context.fillStyle = theme.text;
  context.textAlign = "left";
  context.fillText(`${title}${way > 0 ? " →" : way < 0 ? " ←" : ""}`, box.left, box.top - 11, box.width);
  drawPowers(context, track, theme);
  track.values.forEach((value, layer) => drawBar(context, track, theme, value, layer, colour));
  if (track.expected) drawExpected(context, track, theme);
  context.restore();
}

function drawPowers(context, { box, low, high, py }, theme) {
  const step = Math.max(1, Math.ceil((high - low) / (box.height / 20)));
  context.font = `11px ${theme.font}`;
  context.textAlign = "right";
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  for (let power = high; power >= low; power -= step) {
    const y = Math.round(py(10 ** power)) + 0.5;
    context.globalAlpha = 0.6;
    line(context, box.left, y, box.left + box.width, y);
    context.globalAlpha = 0.8;
    context.fillText(powerText(power), box.left - 6, y);
  }
  context.globalAlpha = 1;
}

function powerText(power) {
  if (power === 0) return "1";
  if (power > 0 && power < 4) return String(10 ** power);
  if (power === -1) return "0.1";
  const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  return `10${power < 0 ? "⁻" : ""}${[...String(Math.abs(power))].map((digit) => digits[digit]).join("")}`;
}

function drawBar(context, { box, step, middle, py }, theme, value, layer, colour) {
  const wide = Math.min(step * 0.66, 56);
  const left = middle(layer) - wide / 2;
  const floor = box.top + box.height;
  if (value === null) {
    context.fillStyle = LOST;
    context.fillRect(left, box.top, wide, box.height);
    context.fillStyle = "#fff";
    context.textAlign = "center";
    context.font = `600 13px ${theme.font}`;
    context.fillText("∞", middle(layer), box.top + 12);
    return;
  }
  if (!value) {
    context.fillStyle = theme.text;
    context.globalAlpha = 0.7;
    context.font = `11px ${theme.font}`;
    context.textAlign = "center";
    context.fillText("0", middle(layer), floor - 7);
    context.globalAlpha = 1;
    return;
  }
  const top = Math.min(py(value), floor - 2);
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(left, top, wide, floor - top, [3, 3, 0, 0]);
  context.fill();
}

/** What theory says, joined by dashes; it ends where that is no number. */
function drawExpected(context, { expected, middle, py }, theme) {
  context.strokeStyle = theme.text;
  context.lineWidth = 1.5;
  context.setLineDash([4, 3]);
  context.beginPath();
  let drawn = false;
  expected.forEach((value, layer) => {
    const sound = value > 0;
    if (sound && drawn) context.lineTo(middle(layer), py(value));
    else if (sound) context.moveTo(middle(layer), py(value));
    drawn = sound;
  });
  context.stroke();
  context.setLineDash([]);
}

function drawLayers(context, tracks, theme) {
  const { box, count, step, middle } = tracks[tracks.length - 1];
  const every = Math.ceil(16 / step);
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.text;
  context.globalAlpha = 0.8;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (let layer = 0; layer < count; layer++) {
    if (layer % every === 0 || layer === count - 1) context.fillText(layer + 1, middle(layer), box.top + box.height + 5);
  }
  context.textAlign = "right";
  context.fillText("layer", box.left - 6, box.top + box.height + 5);
  context.globalAlpha = 1;
}

function drawReading(context, tracks, theme, [x, y]) {
  const track = tracks.find(({ box }) => y <= box.top + box.height + 6) ?? tracks[tracks.length - 1];
  const layer = Math.floor((x - track.box.left) / track.step);
  if (layer < 0 || layer >= track.count) return;
  context.strokeStyle = theme.text;
  context.globalAlpha = 0.35;
  for (const { box } of tracks) line(context, track.middle(layer), box.top, track.middle(layer), box.top + box.height);
  context.globalAlpha = 1;
  const said = (value) => (value === null ? "no number" : format(value, 2));
  const theory = track.expected ? `, theory ${said(track.expected[layer])}` : "";
  drawPlate(context, `layer ${layer + 1}: ${said(track.values[layer])}${theory}`, x, track.box.top - 11, theme,
    { left: 0, top: 0, width: track.box.left + track.box.width, height: 1e4 });
}
