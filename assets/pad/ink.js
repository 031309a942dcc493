// The sheet one draws on, with mouse, pen or finger.

import { onProcessor } from "../parts/canvas.js";
import { element } from "../parts/dom.js";
import { SIDE } from "./paper.js";
import { BOARD, drawPicture, INK } from "../parts/picture.js";

const FARTHEST = 60; // units that a captured pointer may leave the pad

/** `down(place)`, `move(places)`, `up()`: what the pen does, in the paper's units. */
export function createInk(pen) {
  const canvas = element("canvas", {
    class: "sheet", role: "img",
    "aria-label": "The pad: draw a digit with mouse, pen or finger. Without one, choose a test digit.",
  });
  const hint = element("p", { class: "hint", text: "Draw a digit here", "aria-hidden": "true" });
  const body = element("div", { class: "pad" }, canvas, hint);
  const context = onProcessor(canvas);
  listen(canvas, pen);
  let last = null;
  const fit = () => {
    const side = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
    if (!side || canvas.width === side) return;
    canvas.width = canvas.height = side;
    if (last) draw(last);
  };
  const observer = new ResizeObserver(fit);
  observer.observe(canvas);

  function draw(content) {
    last = content;
    const { paper, strays } = content;
    const scale = canvas.width / SIDE;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.fillStyle = BOARD;
    context.fillRect(0, 0, SIDE, SIDE);
    hint.hidden = !paper.empty;
    if (paper.index !== null) {
      drawPicture(context, paper.image, 0, 0, SIDE);
      return;
    }
    paper.strokes.forEach((stroke, number) => {
      context.globalAlpha = strays.includes(number) ? 0.35 : 1;
      drawStroke(context, stroke, paper.brush);
    });
    context.globalAlpha = 1;
  }
  return { body, draw, destroy: () => observer.disconnect() };
}

function drawStroke(context, stroke, width) {
  context.strokeStyle = context.fillStyle = INK;
  context.lineWidth = width;
  context.lineCap = context.lineJoin = "round";
  context.beginPath();
  context.moveTo(stroke[0], stroke[1]);
  for (let at = 2; at < stroke.length; at += 2) context.lineTo(stroke[at], stroke[at + 1]);
  if (stroke.length === 2) context.lineTo(stroke[0], stroke[1] + 0.01); // a dot
  context.stroke();
}

function listen(canvas, pen) {
  let held = null;
  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    const scale = SIDE / frame.width;
    return [hold((event.clientX - frame.left) * scale), hold((event.clientY - frame.top) * scale)];
  };
  const end = (event) => {
    if (event.pointerId !== held) return;
    held = null;
    pen.up(); // also where the browser takes the finger away: what was drawn stays
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || held !== null) return; // a second finger draws nothing
    held = event.pointerId;
    canvas.setPointerCapture(held);
    pen.down(place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== held) return;
    const all = event.getCoalescedEvents?.() ?? [];
    pen.move((all.length ? all : [event]).map(place));
  });
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  canvas.addEventListener("lostpointercapture", end);
}

function hold(value) {
  return Math.min(Math.max(value, -FARTHEST), SIDE + FARTHEST);
}
