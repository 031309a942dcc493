// One of the two trainings: what it knows of its own labels and of digits it has never seen, over the
// epochs, and what it says to some of the pictures that it learns.

import { clipped, drawAxes, inset, line, plane } from "../parts/canvas.js";
import { createChart, drawLine, drawReading, updateTicks } from "../parts/chart.js";
import { element, setText } from "../parts/dom.js";
import { share } from "../parts/numbers.js";
import { SLOTS } from "../parts/palette.js";
import { createPicture } from "../parts/picture.js";

const [SEEN, UNSEEN] = [SLOTS[5], SLOTS[2]]; // as on the page Train
const MARGIN = { left: 48, top: 12, right: 14, bottom: 40 };
const CHANCE = 0.1;
const SOME = 10; // epochs that the chart has room for at the beginning

export function createSide(title, about, repaint) {
  const chart = createChart(title, about, repaint, [{ colour: SEEN, dashed: false }, { colour: UNSEEN, dashed: true }]);
  const [seen, unseen] = ["seen", "unseen"].map((name) => {
    const value = element("b");
    const text = element("span");
    return { value, text, item: element("p", { class: `figure ${name}` }, value, text) };
  });
  const fitted = element("p", { class: "fitted" });
  const list = element("ul", { class: "examples" });
  let tiles = [];
  let drawn = "";
  chart.panel.append(element("div", { class: "figures" }, seen.item, unseen.item), fitted, list);
  setText(chart.labels[0], "its own pictures and labels");
  setText(chart.labels[1], "digits it has never seen");
  return {
    body: chart.panel,
    destroy: chart.sheet.destroy,
    draw(frame, side) {
      const { model, theme, readable } = frame;
      const known = model.arrays[`seen.${side.key}`].data;
      const read = model.arrays[`unseen.${side.key}`].data;
      drawChart(chart, model, theme, known, read);
      if (!readable) return;
      setText(seen.value, share(known.at(-1), 1));
      setText(seen.text, `of its ${model.count.toLocaleString("en")} labels it knows`);
      setText(unseen.value, share(read.at(-1), 1));
      setText(unseen.text, `of ${model.asked.toLocaleString("en")} new digits it reads right`);
      setText(fitted, side.fitted);
      chart.host.setAttribute("aria-label", `${title} after ${model.epoch} epochs: ${share(known.at(-1), 1)} of its own labels, ${share(read.at(-1), 1)} of new digits`);
      const version = `${model.generation} ${side.labels.join("")}`;
      if (drawn !== version) {
        drawn = version;
        tiles = side.labels.map((label, index) => createTile(label, model.arrays.pictures.data.subarray(784 * index, 784 * (index + 1))));
        list.replaceChildren(...tiles.map(({ item }) => item));
      }
      tiles.forEach((tile, index) => tile.say(side.labels[index], side.answers[index]));
    },
  };
}

function createTile(label, pixels) {
  const picture = createPicture("", 56);
  picture.canvas.setAttribute("aria-hidden", "true");
  picture.draw(pixels);
  const said = element("b");
  const item = element("li", {}, picture.canvas, element("small", { text: `label ${label}` }), said);
  return {
    item,
    say(wanted, answer) {
      const right = wanted === answer;
      item.classList.toggle("right", right);
      setText(said, `${answer} ${right ? "✓" : "✗"}`);
      item.setAttribute("aria-label", `Labelled ${wanted}, answered ${answer}`);
    },
  };
}

function drawChart(chart, model, theme, known, read) {
  const context = chart.sheet.begin();
  if (!context) return;
  const area = plane(inset(chart.sheet, MARGIN), [0, Math.max(known.length - 1, SOME)], [0, 1.02]);
  drawAxes(context, area, theme, {
    xTicks: updateTicks(area), yTicks: [0, 0.25, 0.5, 0.75, 1].map((part) => [part, `${100 * part} %`]),
  });
  const at = Array.from(known, (_, epoch) => epoch);
  clipped(context, area.box, () => {
    context.save();
    context.strokeStyle = theme.text;
    context.globalAlpha = 0.6;
    context.setLineDash([2, 4]);
    line(context, area.box.left, area.py(CHANCE), area.box.left + area.box.width, area.py(CHANCE));
    context.font = `11px ${theme.font}`;
    context.fillStyle = theme.text;
    context.textAlign = "right";
    context.textBaseline = "bottom";
    context.fillText(`guessing: ${share(CHANCE)}`, area.box.left + area.box.width - 4, area.py(CHANCE) - 2);
    context.restore();
    drawLine(context, area, at, known, SEEN, []);
    drawLine(context, area, at, read, UNSEEN, [6, 3]);
  });
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.text;
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText("epochs", area.box.left + area.box.width, area.box.top + area.box.height + 38);
  dot(context, area.px(at.length - 1), area.py(known.at(-1)), SEEN);
  dot(context, area.px(at.length - 1), area.py(read.at(-1)), UNSEEN);
  drawReading(context, chart, area, theme, at, (epoch) => `epoch ${epoch}: own ${share(known[epoch], 1)}, new ${share(read[epoch], 1)}`);
}

function dot(context, x, y, colour) {
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}
