// The network as a picture: what it receives, its layers, the connections that matter.

import { onProcessor } from "../parts/canvas.js";
import { element } from "../parts/dom.js";
import { AGAINST, BOARD, bytesOf, drawPicture, FOR, INK, shade } from "../parts/picture.js";

const TOP = 26; // px for the captions
const HIT = 26; // px around a neuron that choose it
const MUTED = "rgba(253, 246, 227, 0.62)";
const KEYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** `choose(layer, number)`: a neuron was clicked, tapped or reached by the keys; layer 0 is none. */
export function createGraph({ choose }) {
  const canvas = element("canvas", {
    tabindex: 0, role: "application",
    "aria-label": "The network. The arrow keys go from neuron to neuron, Escape leaves them.",
  });
  const body = element("div", { class: "graph" }, canvas);
  const context = onProcessor(canvas);
  let [plan, last, mesh] = [null, null, null];

  const fit = () => {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height) return;
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    mesh = null;
    if (last) draw(last);
  };
  const observer = new ResizeObserver(fit);
  observer.observe(canvas);

  function draw(model) {
    last = model;
    if (!canvas.width || !canvas.clientWidth) return;
    const ratio = canvas.width / canvas.clientWidth;
    plan = planOf(model, canvas.clientWidth, canvas.clientHeight);
    if (mesh?.key !== plan.key) mesh = meshOf(plan, canvas, ratio);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(mesh.canvas, 0, 0);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (!model.reading) {
      drawDigits(context, plan.layers.at(-1));
      return;
    }
    drawPictures(context, plan, model);
    plan.layers.forEach((layer, at) => drawTies(context, plan, at, model.arrays[`ties.${at}`]));
    plan.layers.forEach((layer, at) => drawNeurons(context, layer, at, model));
  }

  canvas.addEventListener("click", (event) => {
    const found = plan && last?.reading && nearest(plan, event.offsetX, event.offsetY);
    choose(...(found ?? [0, 0]));
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose(0, 0);
    const step = KEYS[event.key];
    if (!step || !last?.reading) return;
    event.preventDefault();
    choose(...neighbour(last, step));
  });
  return { body, draw, destroy: () => observer.disconnect() };
}

// --- Where everything is ------------------------------------------------------------------------

function planOf({ sizes, arrays, reading }, width, height) {
  const shown = sizes.slice(1).map((size, at) => (reading ? Array.from(arrays[`shown.${at}`].data)
    : Array.from({ length: Math.min(size, 16) }, (_, index) => index)));
  const room = height - TOP;
  const side = Math.floor(Math.min((room - TOP - 14) / 2, width * 0.3));
  const first = side + 14 + Math.max(30, width * 0.11);
  const last = width - 20;
  const gap = shown.length > 1 ? (last - first) / (shown.length - 1) : 0;
  const layers = shown.map((numbers, at) => {
    const output = at === shown.length - 1;
    const pitch = room / (output ? numbers.length : Math.max(numbers.length, 8));
    const begin = TOP + (room - pitch * numbers.length) / 2;
    return {
      x: shown.length > 1 ? first + at * gap : last,
      ys: numbers.map((_, index) => begin + pitch * (index + 0.5)),
      radius: Math.min(output ? 11 : 9, pitch * 0.4),
      numbers, size: sizes[at + 1], output,
    };
  });
  const received = { left: 8, top: TOP, side };
  const speaks = { left: 8, top: TOP + side + TOP + 4, side };
  return { width, height, layers, received, speaks, key: `${width} ${height} ${sizes} ${shown.map((one) => one.length)}` };
}

function nearest(plan, x, y) {
  let best = [HIT, null];
  plan.layers.forEach((layer, at) => layer.ys.forEach((height, index) => {
    const distance = Math.hypot(x - layer.x, y - height);
    if (distance < best[0]) best = [distance, [at + 1, layer.numbers[index]]];
  }));
  return best[1];
}

/** The neuron beside the chosen one, or the answer where none is chosen. */
function neighbour({ sizes, reading, arrays }, [across, down]) {
  const now = reading.neuron;
  if (!now) return [sizes.length - 1, reading.target];
  const layer = Math.min(Math.max(now.layer + across, 1), sizes.length - 1);
  const numbers = arrays[`shown.${layer - 1}`].data;
  const before = arrays[`shown.${now.layer - 1}`].data;
  const place = Math.max(before.indexOf(now.number), 0);
  const there = layer === now.layer ? place + down : Math.round((place * (numbers.length - 1)) / Math.max(before.length - 1, 1));
  return [layer, numbers[Math.min(Math.max(there, 0), numbers.length - 1)]];
}

// --- What is drawn once, until the size or the network changes ------------------------------------

function meshOf(plan, { width, height }, ratio) {
  const canvas = element("canvas", { width, height });
  const context = onProcessor(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = BOARD;
  context.fillRect(0, 0, plan.width, plan.height);
  context.strokeStyle = "rgba(253, 246, 227, 0.05)";
  context.lineWidth = 1;
  plan.layers.slice(1).forEach((layer, at) => plan.layers[at].ys.forEach((from) => layer.ys.forEach((to) => {
    curve(context, plan.layers[at].x, from, layer.x, to);
    context.stroke();
  })));
  const { left, top, side } = plan.received;
  for (const to of plan.layers[0].ys) {
    curve(context, left + side, top + side / 2, plan.layers[0].x, to);
    context.stroke();
  }
  for (const layer of plan.layers) layer.ys.forEach((y) => disc(context, layer.x, y, layer.radius, BOARD, "rgba(253, 246, 227, 0.28)"));
  captions(context, plan);
  return { canvas, key: plan.key };
}

function captions(context, plan) {
  context.fillStyle = MUTED;
  context.font = "11px sans-serif";
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillText("28 × 28 received", plan.received.left, TOP / 2);
  context.textAlign = "center";
  for (const layer of plan.layers) {
    const whole = layer.numbers.length === layer.size;
    const text = layer.output ? "answers" : whole ? `${layer.size} neurons` : `${layer.numbers.length} most active of ${layer.size}`;
    const brief = layer.output ? "" : whole ? `${layer.size}` : `${layer.numbers.length} of ${layer.size}`;
    const fits = plan.width > 480;
    context.textAlign = layer.output ? "right" : "center";
    context.fillText(fits ? text : brief, layer.x + (layer.output ? 16 : 0), TOP / 2);
  }
}

// --- What is drawn with every answer ---------------------------------------------------------------

function drawPictures(context, plan, { arrays, reading }) {
  const { received, speaks } = plan;
  drawPicture(context, bytesOf(arrays.received), received.left, received.top, received.side);
  drawPicture(context, arrays.speaks.data, speaks.left, speaks.top, speaks.side);
  context.strokeStyle = "rgba(253, 246, 227, 0.28)";
  for (const { left, top, side } of [received, speaks]) context.strokeRect(left - 0.5, top - 0.5, side + 1, side + 1);
  context.fillStyle = MUTED;
  context.font = "11px sans-serif";
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(`${plan.width > 480 ? "speaks for and against" : "for, against"} ${reading.target}`, speaks.left, speaks.top - TOP / 2 + 2);
}

function drawTies(context, plan, at, { shape: [count], data }) {
  const layer = plan.layers[at];
  let most = 1e-12;
  for (let tie = 0; tie < count; tie++) most = Math.max(most, Math.abs(data[3 * tie + 2]));
  for (let tie = 0; tie < count; tie++) {
    const [from, to, adds] = data.subarray(3 * tie, 3 * tie + 3);
    const share = Math.abs(adds) / most;
    const [x, y] = at ? [plan.layers[at - 1].x, plan.layers[at - 1].ys[from]] : pixel(plan.received, from);
    context.globalAlpha = 0.12 + 0.8 * share;
    context.lineWidth = 0.6 + 2.2 * share;
    context.strokeStyle = adds > 0 ? FOR : AGAINST;
    context.setLineDash(adds > 0 ? [] : [4, 3]); // not by colour alone
    curve(context, x, y, layer.x, layer.ys[to]);
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function pixel({ left, top, side }, index) {
  return [left + (((index % 28) + 0.5) * side) / 28, top + ((Math.floor(index / 28) + 0.5) * side) / 28];
}

function drawNeurons(context, layer, at, { reading, arrays }) {
  const said = arrays[`said.${at}`].data;
  const most = layer.output || reading.activation === "sigmoid" ? 1 : said.reduce((far, value) => Math.max(far, Math.abs(value)), 1e-9);
  layer.ys.forEach((y, index) => {
    const value = said[index] / most;
    const chosen = reading.neuron?.layer === at + 1 && reading.neuron.number === layer.numbers[index];
    if (Math.abs(value) > 0.35) halo(context, layer.x, y, layer.radius, Math.abs(value));
    disc(context, layer.x, y, layer.radius, value < 0 ? shade(value, true) : shade(value), "rgba(253, 246, 227, 0.45)");
    if (layer.output) digit(context, layer, y, layer.numbers[index], value, index === reading.answer);
    if (!chosen) return;
    context.lineWidth = 2;
    context.strokeStyle = FOR;
    ring(context, layer.x, y, layer.radius + 4);
  });
}

/** The outputs' names, while nothing is read. */
function drawDigits(context, layer) {
  context.globalAlpha = 0.6;
  layer.ys.forEach((y, index) => digit(context, layer, y, layer.numbers[index], 0, false));
  context.globalAlpha = 1;
}

function digit(context, layer, y, number, value, answer) {
  context.fillStyle = value > 0.5 ? BOARD : INK;
  context.font = `${answer ? "700 " : ""}12px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(number, layer.x, y + 0.5);
}

function halo(context, x, y, radius, strength) {
  const glow = context.createRadialGradient(x, y, radius * 0.8, x, y, radius * 2.1);
  glow.addColorStop(0, `rgba(253, 246, 227, ${0.4 * strength})`);
  glow.addColorStop(1, "rgba(253, 246, 227, 0)");
  context.fillStyle = glow;
  context.fillRect(x - 3 * radius, y - 3 * radius, 6 * radius, 6 * radius);
}

function disc(context, x, y, radius, fill, edge) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = edge;
  context.stroke();
}

function ring(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

function curve(context, x0, y0, x1, y1) {
  const middle = (x0 + x1) / 2;
  context.beginPath();
  context.moveTo(x0, y0);
  context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
}
