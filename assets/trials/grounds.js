// One picture for each method: the curve or the map, and every place that it has tried so far.

import { clipped, fitCanvas, onProcessor, plane } from "../parts/canvas.js";
import { element } from "../parts/dom.js";
import { heightScale } from "../parts/height.js";
import { SCALE, traceShape } from "../parts/palette.js";
import { countUpTo, LOOKS } from "./looks.js";

export function createGrounds(repaint) {
  const body = element("div", { class: "grounds" });
  let pictures = [];
  let paper = null;
  const clear = () => { for (const { sheet } of pictures) sheet.destroy(); };
  return {
    body,
    update(model) {
      clear();
      body.hidden = model.dimension > 2;
      paper = model.dimension === 2 ? paintMap(model.arrays.ground) : null;
      pictures = body.hidden ? [] : model.methods.map(({ key, name }) => {
        const host = element("div", { class: "ground", role: "img", "aria-label": `What was tried: ${name}` });
        const caption = element("figcaption", { text: name });
        return { key, caption, sheet: fitCanvas(host, repaint), figure: element("figure", {}, caption, host) };
      });
      body.replaceChildren(...pictures.map(({ figure }) => figure));
    },
    draw(frame) {
      for (const { key, sheet } of pictures) {
        const context = sheet.begin();
        if (!context) continue;
        const draw = frame.model.dimension === 2 ? drawMap : drawCurve;
        clipped(context, { left: 0, top: 0, width: sheet.width, height: sheet.height }, () => draw(context, sheet, key, frame, paper));
      }
    },
    destroy: clear,
  };
}

function paintMap({ shape: [rows, columns], data }) {
  const scale = heightScale(data);
  const image = new ImageData(columns, rows);
  data.forEach((cost, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    image.data.set([...SCALE[Math.round(255 * scale.height(cost))], 255], 4 * ((rows - 1 - row) * columns + column));
  });
  const picture = new OffscreenCanvas(columns, rows);
  onProcessor(picture).putImageData(image, 0, 0);
  return picture;
}

function tried({ model: { arrays }, count }, key) {
  const { shape: [, dimension], data } = arrays[`points.${key}`];
  const shown = countUpTo(arrays[`when.${key}`].data, count);
  return { shown, dimension, data, values: arrays[`values.${key}`].data };
}

function lowestOf(values, shown) {
  let best = 0;
  for (let index = 1; index < shown; index++) if (values[index] < values[best]) best = index;
  return best;
}

function drawMap(context, sheet, key, frame, paper) {
  const { width, height } = sheet;
  const area = plane({ left: 0, top: 0, width, height }, frame.model.box, frame.model.box);
  context.imageSmoothingQuality = "high";
  context.drawImage(paper, 0, 0, width, height);
  const { shown, data, values } = tried(frame, key);
  const spot = (index) => [area.px(data[2 * index]), area.py(data[2 * index + 1])];
  if (key === "descent") drawWay(context, shown, spot);
  dots(context, shown, spot);
  if (shown) drawBest(context, key, spot(lowestOf(values, shown)));
}

function drawWay(context, shown, spot) {
  context.strokeStyle = "rgba(255, 255, 255, 0.85)";
  context.lineWidth = 1.5;
  context.beginPath();
  for (let index = 0; index < shown; index++) context.lineTo(...spot(index));
  context.stroke();
}

function dots(context, shown, spot, colour = "rgba(255, 255, 255, 0.8)") {
  context.fillStyle = colour;
  const size = shown > 1000 ? 0.8 : shown > 200 ? 1.2 : 2;
  for (let index = 0; index < shown; index++) {
    const [x, y] = spot(index);
    context.fillRect(x - size, y - size, 2 * size, 2 * size);
  }
}

function drawBest(context, key, [x, y]) {
  const { colour, shape } = LOOKS[key];
  for (const [size, style] of [[8.5, "rgba(10, 14, 24, 0.75)"], [7.5, "#fff"], [5.5, colour]]) {
    traceShape(context, shape, x, y, size);
    context.fillStyle = style;
    context.fill();
  }
}

function drawCurve(context, sheet, key, frame) {
  const { width, height } = sheet;
  const { data: costs } = frame.model.arrays.ground;
  const high = Math.max(...costs);
  const [low, high2] = frame.model.box;
  const area = plane({ left: 8, top: 8, width: width - 16, height: height - 16 }, [low, high2], [0, high]);
  context.strokeStyle = frame.theme.text;
  context.globalAlpha = 0.7;
  context.lineWidth = 1.5;
  context.beginPath();
  costs.forEach((cost, index) => context.lineTo(area.px(low + ((high2 - low) * index) / (costs.length - 1)), area.py(cost)));
  context.stroke();
  context.globalAlpha = 1;
  const { shown, data, values } = tried(frame, key);
  const spot = (index) => [area.px(data[index]), area.py(values[index])];
  context.globalAlpha = 0.75;
  dots(context, shown, spot, LOOKS[key].colour);
  context.globalAlpha = 1;
  if (shown) drawBest(context, key, spot(lowestOf(values, shown)));
}
