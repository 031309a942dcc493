// Between the screen and the body in space: which pixel a spot has, what a pixel shows, what is
// hidden. plotly.js finds what is under the pointer by drawing everything a second time and
// waiting until that picture has come back, at every frame; a ray against the grid is a few
// hundred looks at an array, lands between grid points too, and costs nothing until asked.

import { hides, struck } from "./relief.js";
import { frameOf } from "./scene.js";

/** The view of a plot as it is now, or null before there is one: {key, pixelOf, pointAt, hidden}. */
export function sightOf(plot, relief) {
  const camera = sceneOf(plot)?.glplot?.cameraParams;
  if (!camera?.view || !camera.projection) return null;
  const { view, projection } = camera;
  const [width, height] = [plot.clientWidth, plot.clientHeight];
  const { sides, ranges } = frameOf(relief);
  const scale = sides.map((side, index) => side / (ranges[index][1] - ranges[index][0]));
  const middle = ranges.map(([low, high]) => (low + high) / 2);
  // The view matrix turns and moves the box; the inverse of its turn is its transpose.
  const back = (vector) => [0, 1, 2].map((row) => dot3(view.slice(4 * row, 4 * row + 3), vector) / scale[row]);
  const eye = back([-view[12], -view[13], -view[14]]).map((value, index) => value + middle[index]);
  return {
    key: [...view, projection[0], width, height].join(),
    pixelOf(spot) {
      const inBox = spot.map((value, index) => (value - middle[index]) * scale[index]);
      const [x, y, z] = [0, 1, 2].map((row) => dot3([view[row], view[4 + row], view[8 + row]], inBox) + view[12 + row]);
      return [(width / 2) * (1 - (projection[0] * x) / z), (height / 2) * (1 + (projection[5] * y) / z)];
    },
    pointAt([px, py]) {
      return struck(relief, eye, back([((2 * px) / width - 1) / projection[0], (1 - (2 * py) / height) / projection[5], -1]));
    },
    hidden: (spot) => hides(relief, spot, eye),
  };
}

/**
 * Makes the scene ours after an update of plotly.js: it stops searching under the pointer, and
 * `onTurn` is called with every picture it makes, so that what lies over it turns with it.
 */
export function takeOver(plot, onTurn) {
  const glplot = sceneOf(plot)?.glplot;
  if (!glplot?.objects) return;
  for (const part of glplot.objects) part.drawPick = null;
  glplot.gl.readPixels = () => {};
  if (glplot.turns) return;
  glplot.turns = true;
  const { onrender } = glplot;
  glplot.onrender = () => {
    onrender?.();
    onTurn();
  };
}

/**
 * plotly.js notes the camera only when the mouse is let go over the scene, and puts the noted one
 * back at every update: in the middle of a drag, or after one that ended outside, it would jump.
 */
export function keepCamera(plot) {
  sceneOf(plot)?.saveLayout?.(plot.layout);
}

function sceneOf(plot) {
  return plot._fullLayout?.scene?._scene;
}

function dot3([a, b, c], [x, y, z]) {
  return a * x + b * y + c * z;
}
