// What a page adds to the map: the critical points that it found, and the axes at a saddle.

import { drawArrow, drawPlate } from "../parts/canvas.js";

const REACH = 46; // pixels from the saddle to the end of an arrow

/**
 * Draws `more.axes` {point, down, up, side} over the map. Downhill arrows lead away from the saddle,
 * uphill ones, dashed, towards it; where the curvature is zero there is one way down to show.
 */
export function drawAxesAt(context, area, { model, theme }) {
  const { axes } = model.more;
  if (!axes) return;
  const at = [area.px(axes.point[0]), area.py(axes.point[1])];
  if (axes.up) {
    const way = onScreen(area, axes.up);
    for (const side of [1, -1]) drawWay(context, at, way, side, true);
    drawName(context, "down to it", at, way, way[1] > 0 ? 1 : -1, theme, area.box);
  }
  const way = onScreen(area, axes.down);
  for (const side of axes.up ? [1, -1] : [-axes.side]) drawWay(context, at, way, side, false);
  drawName(context, "down from it", at, way, axes.up ? axes.side : -axes.side, theme, area.box);
}

function drawWay(context, [x, y], [dx, dy], side, inward) {
  const ends = [12, REACH].map((away) => [x + side * away * dx, y + side * away * dy]);
  const [tail, tip] = inward ? ends.reverse() : ends;
  drawArrow(context, tail, tip, { colour: "rgba(10, 14, 24, 0.7)", width: 5, dashed: inward });
  drawArrow(context, tail, tip, { colour: "#fff", width: 2.5, dashed: inward });
}

function drawName(context, name, [x, y], [dx, dy], side, theme, box) {
  const away = REACH + 12 + 34 * Math.abs(dx);
  drawPlate(context, name, x + side * away * dx, y + side * away * dy, theme, box);
}

// A direction in units is another one in pixels where the axes have different scales.
function onScreen(area, [dx, dy]) {
  const pixels = [(dx * area.box.width) / (area.x[1] - area.x[0]), (-dy * area.box.height) / (area.y[1] - area.y[0])];
  const length = Math.hypot(...pixels) || 1;
  return pixels.map((value) => value / length);
}
