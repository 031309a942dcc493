// The surface in space. The bare surface is a long-lived plotly.js scene, slow without a graphics
// card, touched only when it changes itself; what moves is a canvas over it, drawn at any speed.

import { fitCanvas } from "../parts/canvas.js";
import { element } from "../parts/dom.js";
import { drawOver } from "./over.js";
import { loadPlotly } from "./plotly.js";
import { lineOf, reliefOf } from "./relief.js";
import { firstCamera, layout, surfaceTrace } from "./scene.js";
import { keepCamera, sightOf, takeOver } from "./sight.js";
import { watchPointer } from "./spin.js";

const FAILED = "The 3-D view could not load; the map shows the same walk.";
const QUICK = 40; // milliseconds: a rebuilding and two frames of the screen, where graphics keep up
const LONGEST_REST = 500;

/** The 3-D view in `host`: `onStart([x, y])` at a click, `onPainted({step, version, milliseconds})`. */
export function createSurface(host, { onStart, onPainted }) {
  const view = {
    plot: addPlot(host), library: null, wanted: null, shown: null, hover: null,
    busy: false, failed: false, gone: false, seen: false, restsUntil: 0,
  };
  view.sheet = addSheet(host, () => redraw(view));
  const paintSoon = () => keepUp(view, onPainted);
  const watches = [
    view.sheet.destroy,
    watchSize(view, paintSoon),
    watchSight(view, paintSoon),
    watchPointer(view.plot, {
      onHover(pixel) {
        if (pixel === view.hover) return;
        view.hover = pixel;
        redraw(view);
      },
      onTap(pixel) {
        const point = view.shown && sightOf(view.plot, view.shown.relief)?.pointAt(pixel);
        if (point) onStart(point);
      },
    }),
  ];

  return {
    draw(frame) {
      view.wanted = frame;
      paintSoon();
    },
    picture: () => picture(view),
    resetCamera() {
      if (view.shown) view.library.relayout(view.plot, { "scene.camera": firstCamera(view.shown.size) });
    },
    destroy() {
      view.gone = true;
      for (const stop of watches) stop();
      discard(view);
    },
  };
}

function addPlot(host) {
  const plot = element("div", { class: "surface-plot" });
  // What a finger may do beside this is decided in spin.js.
  plot.style.cssText = "position:absolute;inset:0;overflow:hidden;touch-action:pan-y;cursor:crosshair";
  if (getComputedStyle(host).position === "static") host.style.position = "relative";
  host.append(plot);
  return plot;
}

function addSheet(host, onResize) {
  const sheet = fitCanvas(host, onResize);
  sheet.canvas.style.cssText = "position:absolute;inset:0;width:100%;height:100%;pointer-events:none";
  return sheet;
}

// One paint under way at a time; the newest frame wins, and the last is always painted.
async function keepUp(view, onPainted) {
  if (view.busy || !view.wanted || !canPaint(view)) return;
  view.busy = true;
  try {
    view.library ??= await loadPlotly();
    while (!view.gone && view.wanted !== view.shown?.frame) {
      await nextFrame();
      if (!canPaint(view)) break;
      const began = performance.now();
      const size = [view.plot.clientWidth, view.plot.clientHeight];
      const look = JSON.stringify([view.wanted.theme, size, view.wanted.model.terrain.version]);
      const rebuilds = look !== view.shown?.look;
      if (rebuilds && began < view.restsUntil) continue;
      if (!show(view, { ...compare(view.shown, view.wanted), look, size })) continue;
      const { step, model: { terrain } } = view.shown.frame;
      onPainted({ step, version: terrain.version, milliseconds: performance.now() - began });
      if (rebuilds) rest(view, began);
    }
  } catch (problem) {
    console.warn(problem);
    fail(view);
  } finally {
    view.busy = false;
  }
}

// After a rebuilding the surface is left alone as long as that took; frames of the screen come
// late where the graphics are still at work. What is drawn over the surface need not wait.
async function rest(view, began) {
  view.restsUntil = Infinity;
  await nextFrame();
  await nextFrame();
  const now = performance.now();
  view.restsUntil = now - began > QUICK ? now + Math.min(now - began, LONGEST_REST) : 0;
}

function canPaint({ gone, failed, seen, plot }) {
  return !gone && !failed && seen && plot.clientWidth > 0 && plot.clientHeight > 0;
}

/** Brings the view to what `compare` found; false where nothing had to be drawn. */
function show(view, next) {
  const { shown } = view;
  view.shown = next;
  if (next.look !== shown?.look) rebuild(view, next);
  else if (next.moving === shown.moving && next.lines === shown.lines) return false;
  redraw(view);
  return true;
}

// After the first time this updates in place: the scene, its WebGL context and its camera stay.
function rebuild(view, { relief, frame, size }) {
  const { plot, library } = view;
  keepCamera(plot);
  const camera = plot.layout?.scene?.camera ?? firstCamera(size);
  const plotGlPixelRatio = Math.min(Math.max(window.devicePixelRatio, 1), 2);
  const config = { displayModeBar: false, doubleClick: false, scrollZoom: true, plotGlPixelRatio };
  library.react(plot, [surfaceTrace(relief)], layout(relief, frame.theme, camera, size), config);
  takeOver(plot, () => redraw(view));
}

// What of the view as shown still holds; what does not is made anew.
function compare(shown, frame) {
  const { model, walks, step, arrows } = frame;
  const sameTerrain = shown?.frame.model.terrain.version === model.terrain.version;
  const sameWalks = sameTerrain && sameLines(shown.frame.walks, walks);
  const relief = sameTerrain ? shown.relief : reliefOf(model);
  return {
    frame,
    relief,
    lines: sameWalks ? shown.lines : walks.map((walk) => lineOf(walk, relief)),
    moving: JSON.stringify([step, arrows, Array.from(model.start), walks.map(({ colour, shape, dashed, focus }) => [colour, shape, dashed, focus])]),
  };
}

function sameLines(before, now) {
  return before.length === now.length && now.every((walk, index) => sameValues(walk.points, before[index].points));
}

function sameValues(one, other) {
  return one === other || (one.length === other.length && one.every((value, index) => Object.is(value, other[index])));
}

function redraw({ sheet, plot, shown, hover }) {
  const sight = shown && sightOf(plot, shown.relief);
  const context = sight && sheet.begin();
  if (context) drawOver(context, shown, sight, hover);
}

async function picture({ library, plot, shown }) {
  if (!shown) throw new Error(FAILED);
  keepCamera(plot);
  const [width, height] = shown.size;
  const figure = { data: plot.data, layout: { ...plot.layout, paper_bgcolor: shown.frame.theme.ground } };
  const image = new Image();
  image.src = await library.toImage(figure, { format: "png", width, height, scale: 2 });
  await image.decode();
  const whole = element("canvas", { width: image.width, height: image.height });
  const context = whole.getContext("2d");
  context.drawImage(image, 0, 0);
  context.scale(image.width / width, image.height / height);
  drawOver(context, shown, sightOf(plot, shown.relief), null);
  return whole.toDataURL("image/png");
}

function watchSize(view, paintSoon) {
  const observer = new ResizeObserver(() => {
    if (view.shown) view.wanted = { ...view.wanted }; // the same, but to be looked at again
    paintSoon();
  });
  observer.observe(view.plot);
  return () => observer.disconnect();
}

// What is hidden, or scrolled away, is not seen.
function watchSight(view, paintSoon) {
  const observer = new IntersectionObserver((entries) => {
    view.seen = entries.at(-1).isIntersecting;
    paintSoon();
  });
  observer.observe(view.plot);
  return () => observer.disconnect();
}

function fail(view) {
  if (view.gone) return;
  view.failed = true;
  const sentence = element("p", { class: "surface-failed", text: FAILED });
  sentence.style.cssText = "margin:0;padding:1.5rem;text-align:center";
  view.plot.after(sentence);
  discard(view);
}

// Browsers allow few WebGL contexts; this one is given back at once, not at some collection.
function discard({ library, plot, sheet }) {
  const context = plot.querySelector("canvas")?.getContext("webgl");
  library?.purge(plot);
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  plot.remove();
  sheet.canvas.remove();
}

function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
