// The network as a picture: what it says on the way there, who wants what on the way back.

import { onProcessor } from "../parts/canvas.js";
import { element } from "../parts/dom.js";
import { withSign } from "../parts/figures.js";
import { mostOf } from "../parts/nudge.js";
import { BOARD, drawPicture, shade } from "../parts/picture.js";
import { drawAnswers } from "./answers.js";
import { edgeOf, neuronAt, pixelAt, planOf, TOP } from "./plan.js";
import { placeOf, toldUpTo } from "./sight.js";
import { curve, disc, DOWN, drawUpright, MUTED, ring, UP } from "./strokes.js";
import { tiesOf, WHOLE } from "./ties.js";
import { nameOf, titled } from "./words.js";

const KEYS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** `choose([layer, place] or null)`: a neuron was clicked, tapped or reached by the keys. */
export function createBoard({ choose, repaint }) {
  const canvas = element("canvas", {
    tabindex: 0, role: "application", "aria-describedby": "nudges-focus",
    "aria-label": "The network. The arrow keys go from neuron to neuron and show what is asked of each; Escape returns to the story.",
  });
  const focus = element("span", { id: "nudges-focus", class: "unseen", "aria-live": "polite" });
  const body = element("div", { class: "board" }, canvas, focus);
  const context = onProcessor(canvas);
  let [plan, last, mesh] = [null, null, null];

  const fit = () => {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height) return;
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    repaint();
  };
  const observer = new ResizeObserver(fit);
  observer.observe(canvas);

  canvas.addEventListener("click", (event) => {
    if (plan) choose(neuronAt(plan, event.offsetX, event.offsetY));
  });
  canvas.addEventListener("keydown", (event) => {
    const move = KEYS[event.key];
    if (!move || !last) return;
    event.preventDefault();
    event.stopPropagation(); // these arrows go from neuron to neuron, not from step to step
    choose(neighbour(last, move));
  });
  return {
    body,
    draw(frame) {
      last = frame;
      const { model, chosen } = frame;
      focus.textContent = chosen ? `${titled(nameOf(model, ...chosen))}, layer ${chosen[0]}` : "";
      if (!canvas.width || !canvas.clientWidth) return;
      const ratio = canvas.width / canvas.clientWidth;
      plan = planOf(model, canvas.clientWidth, canvas.clientHeight);
      const key = `${plan.key} ${canvas.width} ${canvas.height}`;
      if (mesh?.key !== key) mesh = { key, canvas: meshOf(plan, canvas, ratio) };
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.drawImage(mesh.canvas, 0, 0);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      paint(context, plan, frame);
    },
    destroy: () => observer.disconnect(),
  };
}

/** The neuron beside the chosen one, or the one that the step is about. */
function neighbour({ model, step, chosen }, [across, down]) {
  const layers = model.sizes.length - 1;
  const told = model.story[step];
  const now = chosen ?? (told.layer ? [told.layer, Math.max(placeOf(model, told), 0)] : null);
  if (!now) return [layers, 0];
  const layer = Math.min(Math.max(now[0] + across, 1), layers);
  const [count, before] = [layer, now[0]].map((at) => model.arrays[`shown.${at}`].data.length);
  const place = layer === now[0] ? now[1] + down : Math.round((now[1] * (count - 1)) / Math.max(before - 1, 1));
  return [layer, Math.min(Math.max(place, 0), count - 1)];
}

// --- Drawing ------------------------------------------------------------------------------------

function paint(context, plan, frame) {
  const { model, step, chosen, progress } = frame;
  const told = toldUpTo(model, step);
  const now = model.story[step];
  const focus = chosen ?? (placeOf(model, now) >= 0 ? [now.layer, placeOf(model, now)] : null);
  drawPicture(context, Uint8Array.from(model.arrays["said.0"].data, (value) => 255 * value), plan.picture.left, plan.picture.top, plan.picture.side);
  drawFrame(context, plan.picture);
  drawTies(context, plan, tiesOf(model, now, told, chosen), { there: ["forward", "answers", "weights"].includes(now.kind) && !chosen, progress });
  plan.layers.forEach((layer, at) => drawNeurons(context, layer, at + 1, frame, told));
  plan.layers.forEach((layer, at) => drawWishes(context, plan, at + 1, frame, told));
  if (now.kind === "bias" && !chosen) drawBias(context, plan, model, focus, progress);
  if (focus) {
    const layer = plan.layers[focus[0] - 1];
    context.lineWidth = 2.5;
    context.strokeStyle = "#fdf6e3";
    ring(context, layer.x, layer.ys[focus[1]], layer.radius + 4);
  }
  drawAnswers(context, plan, frame, told);
}

/** What is the same at every step: the ground, all connections faintly, the captions. */
function meshOf(plan, { width, height }, ratio) {
  const canvas = element("canvas", { width, height });
  const context = onProcessor(canvas);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = BOARD;
  context.fillRect(0, 0, plan.width, plan.height);
  drawMesh(context, plan);
  drawCaptions(context, plan);
  return canvas;
}

function drawMesh(context, plan) {
  context.strokeStyle = "rgba(253, 246, 227, 0.055)";
  context.lineWidth = 1;
  plan.layers.slice(1).forEach((layer, at) => plan.layers[at].ys.forEach((from) => layer.ys.forEach((to) => {
    curve(context, plan.layers[at].x, from, layer.x, to);
    context.stroke();
  })));
  const { left, top, side } = plan.picture;
  for (const to of plan.layers[0].ys) {
    curve(context, left + side, top + side / 2, plan.layers[0].x, to);
    context.stroke();
  }
}

function drawCaptions(context, plan) {
  context.fillStyle = MUTED;
  context.font = "12px sans-serif";
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillText(plan.narrow ? `${plan.pixels}` : `${plan.pixels} pixels`, plan.picture.left, plan.picture.top - 12);
  for (const [at, layer] of plan.layers.entries()) {
    const some = layer.numbers.length < layer.size ? `${layer.numbers.length} of ${layer.size}` : `${layer.size}`;
    context.textAlign = "center";
    const name = layer.output ? "outputs" : `layer ${at + 1}`;
    context.fillText(plan.narrow ? name : layer.output ? "10 outputs" : `${name}: ${some} neurons`, layer.x, TOP / 2);
  }
}

function drawFrame(context, { left, top, side }) {
  context.lineWidth = 1;
  context.strokeStyle = "rgba(253, 246, 227, 0.28)";
  context.strokeRect(left - 0.5, top - 0.5, side + 1, side + 1);
}

/** Lines grow the way that is told: there, what is heard; back, what is asked for. */
function drawTies(context, plan, ties, { there, progress }) {
  const most = mostOf(ties.map(([, , , value]) => value)) || 1;
  for (const [layer, from, to, value] of ties) {
    const share = Math.abs(value) / most;
    const end = plan.layers[layer - 1];
    const [x, y] = layer > 1 ? [plan.layers[layer - 2].x, plan.layers[layer - 2].ys[from]] : from === WHOLE ? edgeOf(plan.picture) : pixelAt(plan.picture, from);
    context.save();
    context.beginPath();
    const [low, high] = [x, end.x];
    const reach = (high - low) * progress;
    context.rect(there ? low : high - reach, 0, reach, plan.height);
    context.clip();
    const fine = layer === 1 && from !== WHOLE ? 0.4 : 1; // of pixels there are many
    context.globalAlpha = (0.14 + 0.8 * share) * (fine < 1 ? 0.7 : 1);
    context.lineWidth = (0.7 + 3 * share) * fine;
    context.strokeStyle = value > 0 ? UP : DOWN;
    context.setLineDash(value > 0 ? [] : [5, 4]); // not by colour alone
    curve(context, x, y, end.x, end.ys[to]);
    context.stroke();
    context.restore();
  }
}

function drawNeurons(context, layer, at, { model, step, progress }, told) {
  const said = model.arrays[`said.${at}`].data;
  const most = layer.output ? 1 : mostOf(said) || 1;
  const now = model.story[step];
  const coming = (now.kind === "forward" || now.kind === "answers") && now.layer === at ? progress : 1;
  layer.ys.forEach((y, place) => {
    const value = at <= told.lit ? (said[place] / most) * coming : 0;
    disc(context, layer.x, y, layer.radius, shade(value, value < 0), "rgba(253, 246, 227, 0.45)");
    context.fillStyle = value > 0.5 ? BOARD : layer.output ? "#fdf6e3" : "rgba(253, 246, 227, 0.75)";
    context.font = `${layer.output ? 700 : 400} ${layer.output ? 14 : Math.min(11, layer.radius * 1.15)}px sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(layer.output ? layer.numbers[place] : layer.numbers[place] + 1, layer.x, y + 0.5);
  });
}

/** Arrows beside the neurons: their wishes or, through the slope, what pushes their sums. */
function drawWishes(context, plan, at, { model, step, progress }, told) {
  const layer = plan.layers[at - 1];
  const now = model.story[step];
  const [wishes, pushes] = ["wishes", "pushes"].map((name) => model.arrays[`${name}.${at}`].data);
  let values = told.arrows[at] === "wishes" ? wishes : told.arrows[at] === "pushes" ? pushes : null;
  if (now.layer === at && now.kind === "slope") values = wishes.map((wish, place) => wish + (pushes[place] - wish) * progress);
  const growing = now.layer === at && ["wants", "sum"].includes(now.kind) ? progress : 1;
  let scale = mostOf(wishes);
  if (!values && told.asked.length && told.asked[0][0] === at + 1) {
    const { data, shape: [, to] } = model.arrays[`requests.${at + 1}`];
    values = wishes.map((_, place) => told.asked.reduce((sum, [, asker]) => sum + data[place * to + asker], 0));
    scale = mostOf(values);
  }
  if (!values || !scale) return;
  const x = layer.x + layer.radius + (layer.output ? (plan.narrow ? 10 : 14) : 9);
  layer.ys.forEach((y, place) => {
    const share = (values[place] / scale) * growing;
    if (values[place]) drawUpright(context, x, y, share * (layer.pitch - 3), share > 0 ? UP : DOWN);
  });
}

function drawBias(context, plan, { arrays }, [layer, place], progress) {
  const { narrow, layers } = plan;
  const { x, ys, radius, pitch } = layers[layer - 1];
  const push = arrays[`pushes.${layer}`].data[place];
  context.save();
  context.globalAlpha = progress;
  context.fillStyle = context.strokeStyle = push > 0 ? UP : DOWN;
  context.font = "700 12px sans-serif";
  context.textAlign = "right";
  context.textBaseline = "middle";
  const [across, height] = narrow ? [x + radius, ys[place] - pitch / 2] : [x - radius - 14, ys[place]]; // no room beside it
  context.fillText(`bias ${withSign(push)}`, across, height);
  context.restore();
}
