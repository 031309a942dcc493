// Strokes on the board: discs, curves, and arrows up and down.

import { AGAINST, FOR } from "../parts/picture.js";

export const UP = FOR;
export const DOWN = AGAINST;
export const MUTED = "rgba(253, 246, 227, 0.7)";

export function disc(context, x, y, radius, fill, edge) {
  ringPath(context, x, y, radius);
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = edge;
  context.stroke();
}

export function ring(context, x, y, radius) {
  ringPath(context, x, y, radius);
  context.stroke();
}

function ringPath(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}

export function curve(context, x0, y0, x1, y1) {
  const middle = (x0 + x1) / 2;
  context.beginPath();
  context.moveTo(x0, y0);
  context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
}

/** An arrow around (x, y), up where its length is positive; never so short that it is not seen. */
export function drawUpright(context, x, y, length, colour) {
  const size = Math.max(Math.abs(length), 3);
  const head = Math.min(size, 8);
  const way = length > 0 ? -1 : 1;
  const [tail, tip] = [y - (way * size) / 2, y + (way * size) / 2];
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = 3;
  context.beginPath();
  context.moveTo(x, tail);
  context.lineTo(x, tip - way * head * 0.8);
  context.stroke();
  context.beginPath();
  context.moveTo(x, tip);
  context.lineTo(x - head * 0.6, tip - way * head);
  context.lineTo(x + head * 0.6, tip - way * head);
  context.closePath();
  context.fill();
}
