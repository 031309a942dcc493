// A row for each kind of picture: some of them with the answer they get, how sure it is of all of
// them, and the share that passes the threshold.

import { fitCanvas } from "../parts/canvas.js";
import { element, setText } from "../parts/dom.js";
import { percent, share } from "../parts/numbers.js";
import { SLOTS } from "../parts/palette.js";
import { createPicture } from "../parts/picture.js";
import { dragThreshold, MARKS } from "./nines.js";

const EDGE = 10; // px left and right of a histogram
const BEYOND = 12; // px for those that are surer than the scale goes
const FOOT = 18; // px for the marks below the last one
export const [REAL, STRANGE] = [SLOTS[1], SLOTS[2]];

export function createKinds({ repaint, onStop }) {
  const body = element("ul", { class: "kinds" });
  let rows = [];
  let last = 1;
  const clear = () => { for (const row of rows) row.sheet.destroy(); };
  return {
    body,
    update(model) {
      clear();
      last = model.arrays.levels.data.length - 1;
      const onWay = (way) => onStop(way * last);
      rows = model.kinds.map((kind, index) => createRow(kind, model, { repaint, onWay, marked: index === model.kinds.length - 1 }));
      body.replaceChildren(heading(), ...rows.map(({ item }) => item));
    },
    draw(frame) { for (const row of rows) drawRow(row, frame, last); },
    destroy: clear,
  };
}

function heading() {
  return element("li", { class: "kind heading", "aria-hidden": "true" },
    element("span", { text: "Shown are" }), element("span", { text: "some of them, the answer, and how sure it is" }),
    element("span", { text: "how sure it is of all of them" }), element("span"));
}

function createRow(kind, { arrays }, { repaint, onWay, marked }) {
  const tiles = kind.answers.map((answer, index) => createTile(kind, index, arrays[`pictures.${kind.key}`].data));
  const host = element("div", { class: "spread", role: "img" });
  const through = element("b");
  const item = element("li", { class: kind.real ? "kind real" : "kind" },
    element("div", { class: "about" }, element("h4", { text: kind.name }), element("p", { class: "note", text: kind.summary })),
    element("ul", { class: "tiles" }, ...tiles.map((tile) => tile.item)),
    host,
    element("p", { class: "share" }, through, element("span", { text: "pass" })));
  if (marked) item.classList.add("marked");
  dragThreshold(host, (x, width) => (x - EDGE) / (width - 2 * EDGE - BEYOND), onWay);
  return { kind, tiles, item, host, through, marked, sheet: fitCanvas(host, repaint) };
}

function createTile({ answers, sure, labels }, index, pictures) {
  const picture = createPicture("", 56);
  picture.canvas.setAttribute("aria-hidden", "true");
  picture.draw(pictures.subarray(784 * index, 784 * (index + 1)));
  const wrong = labels && labels[index] !== answers[index];
  const said = element("b");
  const item = element("li", { class: "tile" }, picture.canvas,
    element("span", { class: "said" }, said, element("small", { text: percent(sure[index]) })));
  const told = `${labels ? `A ${labels[index]}` : "No digit"}, read as ${answers[index]}, ${percent(sure[index])} sure`;
  return {
    item,
    draw(level) {
      const passes = sure[index] >= level;
      item.classList.toggle("passes", passes);
      setText(said, `${wrong ? "✗ " : ""}${answers[index]}${passes ? "" : "?"}`);
      item.setAttribute("aria-label", passes ? told : `${told}: too unsure to answer`);
    },
  };
}

function drawRow({ kind, tiles, host, through, marked, sheet }, { model: { arrays }, stop, theme }, last) {
  const level = arrays.levels.data[stop];
  for (const tile of tiles) tile.draw(level);
  const passed = arrays[`through.${kind.key}`].data[stop];
  setText(through, share(passed));
  host.setAttribute("aria-label", `${kind.name}: of ${kind.count.toLocaleString("en")} pictures ${share(passed)} pass the threshold`);
  const context = sheet.begin();
  if (!context) return;
  const foot = marked ? FOOT : 0;
  const box = { left: EDGE, top: 4, width: sheet.width - 2 * EDGE - BEYOND, height: sheet.height - 5 - foot };
  drawSpread(context, box, arrays[`spread.${kind.key}`].data, stop / last, kind.real ? REAL : STRANGE, theme);
  if (marked) drawMarks(context, box, theme);
}

/** Bars: those right of the threshold are filled, the others only shaded; the last is beyond the scale. */
function drawSpread(context, box, shares, way, colour, theme) {
  const high = Math.max(...shares);
  const scale = shares.length - 1;
  const width = box.width / scale;
  const edge = box.left + way * box.width;
  const ground = box.top + box.height;
  context.fillStyle = colour;
  shares.forEach((part, index) => {
    if (!part) return;
    const height = Math.max((part / high) * box.height, 1.5);
    const from = box.left + index * width + (index === scale ? 2 : 0);
    const to = index === scale ? box.left + box.width + BEYOND : from + width - 1;
    const split = Math.min(Math.max(edge, from), to);
    context.globalAlpha = 0.4;
    context.fillRect(from, ground - height, split - from, height);
    context.globalAlpha = 1;
    context.fillRect(split, ground - height, to - split, height);
  });
  context.fillStyle = theme.text;
  context.globalAlpha = 0.25;
  context.fillRect(box.left, ground, box.width + BEYOND, 1);
  context.globalAlpha = 1;
  context.fillRect(edge - 1, 0, 2, ground + 1);
}

export function drawMarks(context, { left, top, width, height }, theme) {
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.text;
  context.globalAlpha = 0.8;
  context.textBaseline = "top";
  MARKS.forEach(([way, text], index) => {
    context.textAlign = index === 0 ? "left" : index === MARKS.length - 1 ? "right" : "center";
    const x = index === 0 ? 0 : index === MARKS.length - 1 ? left + width + BEYOND + 8 : left + way * width;
    context.fillText(text, x, top + height + 5);
  });
  context.globalAlpha = 1;
}
