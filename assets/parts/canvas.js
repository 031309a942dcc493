// What the flat views share: a sharp canvas, a frame with axes, clipping, arrows and balls.

import { format, ticks } from "./numbers.js";
import { traceShape } from "./palette.js";

/**
 * A canvas's context that is drawn by the processor: at these sizes as fast as a graphics card,
 * and many times faster than one that has to be imitated.
 */
export function onProcessor(canvas) {
  return canvas.getContext("2d", { willReadFrequently: true });
}

/** A canvas that fills its host at the screen's own resolution; `onResize` when that changes. */
export function fitCanvas(host, onResize) {
  const canvas = document.createElement("canvas");
  const context = onProcessor(canvas);
  host.append(canvas);
  const fit = () => {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = host;
    if (!width || !height) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    onResize();
  };
  const observer = new ResizeObserver(fit);
  observer.observe(host);
  return {
    canvas,
    get width() { return host.clientWidth; },
    get height() { return host.clientHeight; },
    get ratio() { return canvas.width / host.clientWidth; },
    /** The cleared context, in CSS pixels, or null while the host is not shown. */
    begin() {
      if (!host.clientWidth || !canvas.width) return null;
      const ratio = canvas.width / host.clientWidth;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, host.clientWidth, host.clientHeight);
      return context;
    },
    destroy() { observer.disconnect(); },
  };
}

/** The box that margins leave of a sheet: {left, top, width, height}. */
export function inset({ width, height }, { left, top, right, bottom }) {
  return { left, top, width: width - left - right, height: height - top - bottom };
}

/**
 * Maps a rectangle of numbers onto a rectangle of pixels, y upwards.
 * box: {left, top, width, height}; x and y: [low, high]. Coordinates beyond ±1e6 px are held
 * there: canvases lose their footing with numbers such as 1e60.
 */
export function plane(box, [xLow, xHigh], [yLow, yHigh]) {
  const hold = (pixel) => Math.min(Math.max(pixel, -1e6), 1e6);
  return {
    box,
    x: [xLow, xHigh],
    y: [yLow, yHigh],
    px: (x) => hold(box.left + ((x - xLow) / (xHigh - xLow)) * box.width),
    py: (y) => hold(box.top + box.height - ((y - yLow) / (yHigh - yLow)) * box.height),
    ux: (px) => xLow + ((px - box.left) / box.width) * (xHigh - xLow),
    uy: (py) => yLow + ((box.top + box.height - py) / box.height) * (yHigh - yLow),
    holds: (px, py) => px >= box.left && px <= box.left + box.width
      && py >= box.top && py <= box.top + box.height,
  };
}

/** Axis numbers and, where asked for, grid lines. */
export function drawAxes(context, area, theme, { xTicks, yTicks, lines = true, label } = {}) {
  const { box } = area;
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.text;
  context.strokeStyle = theme.line;
  context.lineWidth = 1;
  context.globalAlpha = 0.75;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const [value, text] of xTicks ?? labelled(ticks(...area.x, box.width / 80))) {
    const x = Math.round(area.px(value)) + 0.5;
    if (lines) line(context, x, box.top, x, box.top + box.height);
    context.fillText(text, x, box.top + box.height + 5);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const [value, text] of yTicks ?? labelled(ticks(...area.y, box.height / 55))) {
    const y = Math.round(area.py(value)) + 0.5;
    if (lines) line(context, box.left, y, box.left + box.width, y);
    context.fillText(text, box.left - 5, y);
  }
  if (label) {
    context.textAlign = "right";
    context.textBaseline = "top";
    context.fillText(label, box.left + box.width - 6, box.top + 4);
  }
  context.globalAlpha = 1;
}

export function labelled(values) {
  return values.map((value) => [value, format(value, 4)]);
}

export function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Restricts drawing to the box while `draw` runs. */
export function clipped(context, { left, top, width, height }, draw) {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
  draw();
  context.restore();
}

/** A polyline of pixel points with a dark edge under it, so that it reads on any colour. */
export function drawPath(context, pixels, { colour, width, dashed, alpha = 1, edge = true }) {
  if (pixels.length < 2) return;
  context.save();
  context.globalAlpha = alpha;
  context.lineJoin = context.lineCap = "round";
  context.beginPath();
  pixels.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
  if (dashed) context.setLineDash([width * 2.5, width * 2.5]);
  if (edge) {
    context.strokeStyle = "rgba(10, 14, 24, 0.55)";
    context.lineWidth = width + 2;
    context.stroke();
  }
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
  context.restore();
}

/** A walker: its optimizer's shape in its slot's colour, ringed in white, edged in dark. */
export function drawBall(context, x, y, { colour, shape }, size = 6) {
  traceShape(context, shape, x, y, size + 3);
  context.fillStyle = "rgba(10, 14, 24, 0.75)";
  context.fill();
  traceShape(context, shape, x, y, size + 2);
  context.fillStyle = "#fff";
  context.fill();
  traceShape(context, shape, x, y, size);
  context.fillStyle = colour;
  context.fill();
}

/** An arrow between two pixel points; dashed for what is not a step. */
export function drawArrow(context, [x0, y0], [x1, y1], { colour, width = 2, dashed = false }) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 3) return;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const head = Math.min(9, length * 0.6);
  context.save();
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = width;
  if (dashed) context.setLineDash([4, 3]);
  line(context, x0, y0, x1 - ux * head * 0.8, y1 - uy * head * 0.8);
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x1 - ux * head - uy * head * 0.5, y1 - uy * head + ux * head * 0.5);
  context.lineTo(x1 - ux * head + uy * head * 0.5, y1 - uy * head - ux * head * 0.5);
  context.closePath();
  context.fill();
  context.restore();
}

/** Text on a small plate that any background lets one read, kept inside the box. */
export function drawPlate(context, text, x, y, theme, box) {
  context.font = `12px ${theme.font}`;
  const width = context.measureText(text).width + 12;
  const left = Math.min(Math.max(x - width / 2, box.left + 2), box.left + box.width - width - 2);
  const top = Math.min(Math.max(y - 10, box.top + 2), box.top + box.height - 22);
  context.fillStyle = theme.ground;
  context.globalAlpha = 0.88;
  context.beginPath();
  context.roundRect(left, top, width, 20, 4);
  context.fill();
  context.globalAlpha = 1;
  context.fillStyle = theme.text;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillText(text, left + 6, top + 10.5);
}

/**
 * The part of a segment inside the area, in numbers, or null (Liang and Barsky 1984).
 * from and to: [x, y]; the result: [from, to, left] with `left` true where `to` was cut off.
 */
export function clipSegment(area, [x0, y0], [x1, y1]) {
  let enter = 0;
  let leave = 1;
  const bounds = [[x0, x1, ...area.x], [y0, y1, ...area.y]];
  for (const [start, end, low, high] of bounds) {
    const span = end - start;
    if (span === 0 && (start < low || start > high)) return null;
    if (span !== 0) {
      const [first, second] = [(low - start) / span, (high - start) / span];
      enter = Math.max(enter, Math.min(first, second));
      leave = Math.min(leave, Math.max(first, second));
    }
  }
  if (!(enter <= leave)) return null;
  const at = (share) => [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
  return [at(enter), at(leave), leave < 1];
}
