// The picture of the ground, and the fog that hides it but for where somebody has been.

import { onProcessor } from "../parts/canvas.js";
import { contourLines } from "../parts/contour.js";
import { SCALE } from "../parts/palette.js";

const CELLS = 220;
const INTERVAL = 50; // metres from one contour line to the next
const LIT = 0.32; // kilometres that a lantern reaches

/** Paints the ground between two heights into a square of `size` pixels; low is dark. */
export function paintGround(ground, [low, high], size) {
  const heights = new Float32Array((CELLS + 1) ** 2);
  const image = new ImageData(CELLS + 1, CELLS + 1);
  for (let row = 0; row <= CELLS; row++) {
    for (let column = 0; column <= CELLS; column++) {
      const at = (index) => ground.side * ((2 * index) / CELLS - 1);
      const { height } = ground.felt(at(column), at(row));
      heights[row * (CELLS + 1) + column] = height;
      const share = Math.min(Math.max((height - low) / (high - low), 0), 1);
      image.data.set([...SCALE[Math.round(255 * share)], 255], 4 * ((CELLS - row) * (CELLS + 1) + column));
    }
  }
  const small = new OffscreenCanvas(CELLS + 1, CELLS + 1);
  onProcessor(small).putImageData(image, 0, 0);
  const picture = new OffscreenCanvas(size, size);
  const context = onProcessor(picture);
  const cell = size / CELLS;
  context.imageSmoothingQuality = "high";
  context.drawImage(small, -cell / 2, -cell / 2, size + cell, size + cell);
  context.strokeStyle = "rgba(255, 255, 255, 0.22)";
  context.lineWidth = size / 640;
  context.beginPath();
  const first = Math.ceil(Math.min(...heights) / INTERVAL);
  const levels = Array.from({ length: 80 }, (_, index) => (first + index) * INTERVAL);
  const lines = contourLines(heights, CELLS + 1, CELLS + 1, levels);
  for (let index = 0; index < lines.length; index += 4) {
    context.moveTo(lines[index] * cell, size - lines[index + 1] * cell);
    context.lineTo(lines[index + 2] * cell, size - lines[index + 3] * cell);
  }
  context.stroke();
  return picture;
}

/** The lowest and highest ground there is. */
export function heightsOf(ground) {
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row <= 80; row++) {
    for (let column = 0; column <= 80; column++) {
      const { height } = ground.felt(ground.side * (row / 40 - 1), ground.side * (column / 40 - 1));
      [low, high] = [Math.min(low, height), Math.max(high, height)];
    }
  }
  return [low, high];
}

/** Fog over a square of `size` pixels, with a hole around each place; `pixel(place)` → [x, y]. */
export function paintFog(places, size, pixel, kilometre) {
  const fog = new OffscreenCanvas(size, size);
  const context = onProcessor(fog);
  context.fillStyle = "#0a0e1a";
  context.fillRect(0, 0, size, size);
  context.imageSmoothingQuality = "high";
  context.globalAlpha = 0.5;
  context.drawImage(clouds(), 0, 0, size, size);
  context.globalAlpha = 1;
  context.globalCompositeOperation = "destination-out";
  for (const [index, place] of places.entries()) {
    context.globalAlpha = index === places.length - 1 ? 1 : 0.8; // the lantern is here
    const [x, y] = pixel(place);
    const hole = context.createRadialGradient(x, y, 0, x, y, LIT * kilometre);
    for (const [share, open] of [[0, 1], [0.4, 0.92], [0.7, 0.5], [1, 0]]) hole.addColorStop(share, `rgba(0, 0, 0, ${open})`);
    context.fillStyle = hole;
    context.fillRect(x - LIT * kilometre, y - LIT * kilometre, 2 * LIT * kilometre, 2 * LIT * kilometre);
  }
  return fog;
}

// A few soft drifts, always the same: they know nothing of what is under them.
function clouds() {
  const [side, drifts] = [96, new OffscreenCanvas(96, 96)];
  const context = onProcessor(drifts);
  const image = new ImageData(side, side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const wave = Math.sin(x / 9 + 2 * Math.sin(y / 14)) + Math.sin(y / 7 + 2 * Math.sin(x / 17)) + Math.sin((x + y) / 21);
      image.data.set([70, 84, 120, Math.max(0, 22 * wave + 18)], 4 * (y * side + x));
    }
  }
  context.putImageData(image, 0, 0);
  return drifts;
}
