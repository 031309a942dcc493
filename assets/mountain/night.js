// The map at night: fog, lantern, footprints; and what everybody did once the fog is gone.

import { drawArrow, drawPlate, fitCanvas, line, plane } from "../parts/canvas.js";
import { SLOTS, traceShape } from "../parts/palette.js";
import { downhill, slopeOf } from "./ground.js";
import { heightsOf, paintFog, paintGround } from "./relief.js";

export const MINE = "#ffd27a";
/** How the others are drawn: a colour of the walkers, and the shape of their optimizer. */
export const OTHERS = {
  gradient_descent: { colour: SLOTS[1], shape: "circle" },
  momentum: { colour: SLOTS[4], shape: "square" },
  random: { colour: SLOTS[2], shape: "x" },
};

const WINDOW = [-1000, 400]; // metres around the start that colours tell apart in the dark
const PRINTS = 10; // pixels from one footprint to the next
const GLIDE = 260; // ms for a step
const DAWN = 1600; // ms for the fog to lift
const WALKING = 3200; // ms for the others to walk

/** The map in `host`; `state` has ground, places, reach, model; `onTap([x, y])` in kilometres. */
export function createNight(host, state, { onTap, repaint }) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const view = { area: null, hover: null, moved: 0, lifted: 0 };
  const cache = new Map();
  const sheet = fitCanvas(host, () => { cache.clear(); repaint(); });
  listen(sheet.canvas, view, { onTap, repaint });
  const kept = (name, key, make) => {
    if (cache.get(name)?.key !== key) cache.set(name, { key, made: make() });
    return cache.get(name).made;
  };
  const since = (then, length) => (still.matches ? 1 : Math.min((performance.now() - then) / length, 1));

  return {
    canvas: sheet.canvas,
    moved() { view.moved = performance.now(); },
    lifted(at = performance.now()) { view.lifted = at; },
    draw(theme) {
      const context = sheet.begin();
      if (!context || !state.ground) return;
      const side = Math.min(sheet.width, sheet.height);
      const { ground, places, model: { over, seed } } = state;
      view.area = plane({ left: 0, top: 0, width: side, height: side }, [-ground.side, ground.side], [-ground.side, ground.side]);
      const size = Math.round(side * sheet.ratio);
      const start = ground.felt(...ground.start).height;
      const heights = over ? heightsOf(ground) : WINDOW.map((metres) => start + metres);
      const picture = kept("ground", `${seed} ${size} ${over}`, () => paintGround(ground, heights, size));
      context.drawImage(picture, 0, 0, side, side);
      const dawn = over ? since(view.lifted, DAWN) : 0;
      if (dawn < 1) {
        const [kilometre, box] = [size / (2 * ground.side), size / side];
        const fog = kept("fog", `${seed} ${size} ${places.length}`, () => paintFog(places, size, (place) => pixelOf(view.area, place).map((x) => x * box), kilometre));
        context.globalAlpha = 1 - dawn;
        context.drawImage(fog, 0, 0, side, side);
        context.globalAlpha = 1;
      }
      const glide = since(view.moved, GLIDE);
      drawPrints(context, view.area, places, over ? 1 : glide);
      if (over) {
        const walked = since(view.lifted + DAWN, WALKING);
        drawOthers(context, view.area, state.model, walked, theme);
        if (dawn < 1 || walked < 1) repaint();
      } else {
        drawWalker(context, view, state, glide, theme);
        if (glide < 1) repaint();
      }
    },
    destroy: sheet.destroy,
  };
}

function pixelOf(area, { x, y }) {
  return [area.px(x), area.py(y)];
}

// Left, right, left: small prints from place to place, and a ring where somebody stood and felt.
function drawPrints(context, area, places, glide) {
  context.fillStyle = "rgba(255, 240, 208, 0.8)";
  let left = 1;
  for (let index = 1; index < places.length; index++) {
    const [x0, y0] = pixelOf(area, places[index - 1]);
    const [x1, y1] = pixelOf(area, places[index]);
    const length = Math.hypot(x1 - x0, y1 - y0);
    const shown = index === places.length - 1 ? length * glide : length;
    const turn = Math.atan2(y1 - y0, x1 - x0);
    for (let way = PRINTS / 2; way < shown; way += PRINTS) {
      left = -left;
      const [x, y] = [x0 + Math.cos(turn) * way - Math.sin(turn) * 2.6 * left, y0 + Math.sin(turn) * way + Math.cos(turn) * 2.6 * left];
      context.beginPath();
      context.ellipse(x, y, 2.7, 1.5, turn, 0, 2 * Math.PI);
      context.fill();
    }
  }
  context.strokeStyle = "rgba(255, 240, 208, 0.75)";
  context.lineWidth = 1.25;
  for (const place of places.slice(0, -1)) {
    context.beginPath();
    context.arc(...pixelOf(area, place), 4, 0, 2 * Math.PI);
    context.stroke();
  }
}

function drawWalker(context, { area, hover }, { places, reach, length, ground }, glide, theme) {
  const here = places.at(-1);
  const before = places.at(-2) ?? here;
  const [x, y] = pixelOf(area, { x: before.x + (here.x - before.x) * glide, y: before.y + (here.y - before.y) * glide });
  const kilometre = area.box.width / (2 * ground.side);
  drawGlow(context, x, y, 0.4 * kilometre);
  context.strokeStyle = "rgba(255, 240, 208, 0.28)";
  context.lineWidth = 1;
  for (const [radius, dash] of [[length, [2, 5]], [reach, [6, 6]]]) {
    context.setLineDash(dash);
    context.beginPath();
    context.arc(x, y, radius * kilometre, 0, 2 * Math.PI);
    context.stroke();
  }
  context.setLineDash([]);
  if (hover && glide === 1) drawAim(context, area, here, hover, { reach, kilometre, theme });
  const down = glide === 1 && downhill(here);
  if (down) {
    const slope = slopeOf(here);
    const size = 16 + 60 * (slope / (slope + 0.35));
    if (slope > 0.005) drawArrow(context, [x, y], [x + down[0] * size, y - down[1] * size], { colour: MINE, width: 3.5 });
  }
  drawMe(context, x, y);
}

function drawGlow(context, x, y, radius) {
  const glow = context.createRadialGradient(x, y, 0, x, y, radius);
  glow.addColorStop(0, "rgba(255, 205, 120, 0.75)");
  glow.addColorStop(0.3, "rgba(255, 180, 90, 0.42)");
  glow.addColorStop(0.65, "rgba(255, 160, 70, 0.12)");
  glow.addColorStop(1, "rgba(255, 150, 60, 0)");
  context.save();
  context.fillStyle = glow;
  context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
  context.restore();
}

function drawMe(context, x, y) {
  for (const [radius, colour] of [[9, "rgba(10, 14, 24, 0.75)"], [7.5, "#fff"], [5.5, "#f0a93b"]]) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  }
}

// Where a click would lead, and how far that is.
function drawAim(context, area, here, [px, py], { reach, kilometre, theme }) {
  const [x, y] = pixelOf(area, here);
  const far = Math.hypot(px - x, py - y);
  const share = Math.min((reach * kilometre) / (far || 1), 1);
  const to = [x + (px - x) * share, y + (py - y) * share];
  context.strokeStyle = "rgba(255, 240, 208, 0.7)";
  context.setLineDash([3, 4]);
  line(context, x, y, ...to);
  context.setLineDash([]);
  context.beginPath();
  context.arc(...to, 4, 0, 2 * Math.PI);
  context.stroke();
  drawPlate(context, `${Math.round((1000 * far * share) / kilometre)} m`, to[0], to[1] - 20, theme, area.box);
}

function drawOthers(context, area, { results, arrays }, walked, theme) {
  drawValleys(context, area, arrays.valleys.data);
  for (const { who } of results.filter((result) => result.who in OTHERS)) {
    const { shape: [count], data } = arrays[`places.${who}`];
    const shown = Math.max(1, Math.ceil(count * walked));
    const pixels = Array.from({ length: shown }, (_, row) => [area.px(data[2 * row]), area.py(data[2 * row + 1])]);
    drawTrail(context, pixels, who);
  }
  const mine = results.find(({ who }) => who === "you");
  const { data } = arrays["places.you"];
  const best = mine.best;
  drawMe(context, area.px(data[2 * best]), area.py(data[2 * best + 1]));
  if (walked === 1) drawPlate(context, "lowest place", area.px(arrays.valleys.data[0]), area.py(arrays.valleys.data[1]) - 22, theme, area.box);
}

function drawTrail(context, pixels, who) {
  const { colour, shape } = OTHERS[who];
  context.lineJoin = "round";
  if (who !== "random") {
    for (const [style, width] of [["rgba(10, 14, 24, 0.6)", 4], [colour, 2]]) {
      context.strokeStyle = style;
      context.lineWidth = width;
      context.beginPath();
      for (const pixel of pixels) context.lineTo(...pixel);
      context.stroke();
    }
  }
  for (const [x, y] of pixels) drawMark(context, shape, x, y, who === "random" ? 3.4 : 2.6, colour);
  if (who !== "random") drawMark(context, shape, ...pixels.at(-1), 5.5, colour);
}

function drawMark(context, shape, x, y, size, colour) {
  traceShape(context, shape, x, y, size + 1.4);
  context.fillStyle = "rgba(10, 14, 24, 0.7)";
  context.fill();
  traceShape(context, shape, x, y, size);
  context.fillStyle = colour;
  context.fill();
}

// A plus at each valley's bottom, a large one at the lowest.
function drawValleys(context, area, valleys) {
  context.strokeStyle = "rgba(255, 255, 255, 0.9)";
  for (let index = 0; index < valleys.length; index += 2) {
    const [x, y, size] = [area.px(valleys[index]), area.py(valleys[index + 1]), index ? 5 : 9];
    context.lineWidth = index ? 1.5 : 2.5;
    line(context, x - size, y, x + size, y);
    line(context, x, y - size, x, y + size);
  }
}

function listen(canvas, view, { onTap, repaint }) {
  let pressed = null;
  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  canvas.style.touchAction = "pan-y pinch-zoom";
  canvas.addEventListener("pointerdown", (event) => { if (event.button === 0 && event.isPrimary) pressed = place(event); });
  canvas.addEventListener("pointerup", (event) => {
    const at = place(event);
    const tapped = pressed && Math.hypot(at[0] - pressed[0], at[1] - pressed[1]) < 10;
    pressed = null;
    if (tapped && view.area?.holds(...at)) onTap([view.area.ux(at[0]), view.area.uy(at[1])]);
  });
  canvas.addEventListener("pointercancel", () => { pressed = null; });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse") return;
    view.hover = place(event);
    repaint();
  });
  canvas.addEventListener("pointerleave", () => { view.hover = null; repaint(); });
}
