// The surface in space: a long-lived plotly.js scene. It is slow without a graphics card, so it
// takes only the newest frame, rebuilds only what changed, and leaves time for everything else.

import { loadPlotly } from "./plotly.js";
import { reliefOf } from "./relief.js";
import { CAMERA, layout, linesOf, stepChanges, traces } from "./scene.js";
import { watchPointer } from "./spin.js";

const CONFIG = { displayModeBar: false, displaylogo: false, scrollZoom: true, doubleClick: false, responsive: false };
const FAILED = "The 3-D view could not load; the map shows the same walk.";

/** The 3-D view in `host`: `onStart([x, y])` at a click, `onPainted({step, version, milliseconds})`. */
export function createSurface(host, { onStart, onPainted }) {
  const view = {
    plot: addPlot(host), library: null, wanted: null, shown: null, due: 0, failed: false, gone: false, seen: false,
  };
  const paintSoon = () => schedule(view, onPainted);
  const watches = [watchSize(view, paintSoon), watchSight(view, paintSoon), watchPointer(view, onStart)];

  return {
    draw(frame) {
      view.wanted = frame;
      paintSoon();
    },
    picture: () => picture(view),
    resetCamera: () => view.shown && view.library.relayout(view.plot, { "scene.camera": structuredClone(CAMERA) }),
    destroy() {
      view.gone = true;
      for (const stop of watches) stop();
      discard(view);
    },
  };
}

function addPlot(host) {
  const plot = document.createElement("div");
  plot.style.cssText = "position:relative;width:100%;height:100%;overflow:hidden;font-variant-numeric:tabular-nums;touch-action:pan-y";
  host.append(plot);
  return plot;
}

// One paint under way at a time; the newest frame wins, and the last is always painted.
async function schedule(view, onPainted) {
  if (view.busy || view.failed || view.gone || !view.seen || !view.wanted) return;
  view.busy = true;
  try {
    view.library ??= await loadPlotly();
    while (canPaint(view) && view.wanted !== view.shown?.frame) {
      const began = performance.now();
      const painted = paint(view, view.wanted);
      const milliseconds = performance.now() - began;
      await nextFrame();
      if (painted && !view.gone) {
        onPainted({ step: view.shown.frame.step, version: view.shown.frame.model.terrain.version, milliseconds });
        // The next frame is late where the graphics are; as long again is for the rest of the page.
        await pause(performance.now() - began);
      }
    }
  } catch (problem) {
    console.warn(problem);
    fail(view);
  }
  view.busy = false;
}

function canPaint({ gone, failed, seen, plot }) {
  return !gone && !failed && seen && plot.clientWidth > 0 && plot.clientHeight > 0;
}

/** Brings the scene to a frame; false where nothing in it had changed. */
function paint(view, frame) {
  const before = view.shown;
  const now = compare(before, frame, view.plot);
  view.shown = now;
  if (now.same) return false;
  keepCamera(view.plot);
  if (now.onlyStep && moveOnly(view.plot, stepChanges(frame, now.relief, now.lines))) return true;
  const camera = view.plot.layout?.scene?.camera ?? structuredClone(CAMERA);
  const figure = [traces(frame, now.relief, now.lines), layout(now.relief, frame.theme, camera, now.size)];
  if (before) {
    view.library.react(view.plot, ...figure, CONFIG);
  } else {
    const plotGlPixelRatio = Math.min(Math.max(window.devicePixelRatio, 1), 2);
    Object.assign(CONFIG, { plotGlPixelRatio });
    view.library.newPlot(view.plot, ...figure, CONFIG);
    view.plot.on("plotly_hover", ({ points }) => { view.picked = points[0]; });
    view.plot.on("plotly_click", ({ points }) => { view.picked = points[0]; });
    view.plot.on("plotly_unhover", () => { view.picked = null; });
  }
  return true;
}

// What of the shown scene still holds, and what has to be made anew.
function compare(before, frame, plot) {
  const { terrain, start } = frame.model;
  const size = [plot.clientWidth, plot.clientHeight];
  const look = JSON.stringify([frame.theme, size, start, frame.walks.map(({ colour, shape, dashed, focus }) => [colour, shape, dashed, focus])]);
  const sameTerrain = before?.frame.model.terrain.version === terrain.version;
  const sameWalks = sameTerrain && sameLines(before.frame.walks, frame.walks);
  const relief = sameTerrain ? before.relief : reliefOf(frame.model);
  const lines = sameWalks ? before.lines : linesOf(frame.walks, relief);
  const onlyStep = sameWalks && before.look === look;
  return { frame, relief, lines, look, size, onlyStep, same: onlyStep && before.frame.step === frame.step };
}

function sameLines(before, now) {
  return before.length === now.length && now.every((walk, index) => sameValues(walk.points, before[index].points));
}

function sameValues(one, other) {
  return one === other || (one.length === other.length && one.every((value, index) => Object.is(value, other[index])));
}

// A public `restyle` works through every trace again, the surface too: forty milliseconds for a
// walker that moved. The scene's own traces take new coordinates in one or two. Where a later
// plotly.js has them no more this says false, and the public way is taken.
function moveOnly(plot, changes) {
  const scene = plot._fullLayout?.scene?._scene;
  const parts = changes.map(([index]) => scene?.traces?.[plot._fullData?.[index]?.uid]);
  if (!scene?.glplot?.redraw || parts.some((part) => !part?.update)) return false;
  changes.forEach(([index, change], place) => {
    Object.assign(plot.data[index], change);
    parts[place].update(Object.assign(plot._fullData[index], change));
  });
  scene.glplot.redraw();
  return true;
}

// plotly.js notes the camera only when the mouse is let go over the scene, and puts the noted one
// back at every update: in the middle of a drag, or after one that ended outside, it would jump.
function keepCamera(plot) {
  plot._fullLayout?.scene?._scene?.saveLayout?.(plot.layout);
}

async function picture({ library, plot, shown }) {
  if (!shown) throw new Error(FAILED);
  keepCamera(plot);
  const [width, height] = shown.size;
  const figure = { data: plot.data, layout: { ...plot.layout, paper_bgcolor: shown.frame.theme.ground } };
  return library.toImage(figure, { format: "png", width, height, scale: 2 });
}

function watchSize(view, paintSoon) {
  const observer = new ResizeObserver(() => {
    if (!view.shown) return paintSoon();
    view.wanted = { ...view.wanted }; // the same frame, but to be looked at again
    paintSoon();
  });
  observer.observe(view.plot);
  return () => observer.disconnect();
}

// A host that is hidden or scrolled away is not seen either.
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
  discard(view);
  view.plot.remove();
}

// Browsers allow few WebGL contexts; this one is given back at once, not at some collection.
function discard({ library, plot, shown, failed }) {
  const context = plot.querySelector("canvas")?.getContext("webgl");
  if (shown) library.purge(plot);
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  if (failed) plot.insertAdjacentHTML("beforebegin", `<p class="surface-failed"></p>`);
  if (failed) plot.previousElementSibling.textContent = FAILED;
  plot.remove();
}

function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
