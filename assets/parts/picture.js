// Pictures of 28 × 28 numbers: ink, and weights of both signs.

import { element } from "./dom.js";
import { onProcessor } from "./canvas.js";

// The board is dark in both themes, as MNIST is: ink is light, and a neuron that speaks lights up.
export const BOARD = "#12171a";
export const INK = "#fdf6e3";
export const FOR = "#56b4e9"; // Okabe and Ito's sky blue and orange
export const AGAINST = "#e69f00";

const SIDE = 28;
const small = document.createElement("canvas");
small.width = small.height = SIDE;
const pen = onProcessor(small);
const sheet = pen.createImageData(SIDE, SIDE);

const [BOARD_RGB, INK_RGB, FOR_RGB, AGAINST_RGB] = [BOARD, INK, FOR, AGAINST].map(rgb);

function rgb(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/** The colour of a brightness from 0 to 1, or of a number from −1 to 1 where `signed`. */
export function shade(value, signed = false) {
  const [r, g, b] = blend(value, signed);
  return `rgb(${r},${g},${b})`;
}

function blend(value, signed) {
  const top = !signed ? INK_RGB : value < 0 ? AGAINST_RGB : FOR_RGB;
  const share = Math.min(Math.abs(value), 1);
  return BOARD_RGB.map((from, channel) => Math.round(from + share * (top[channel] - from)));
}

/** The bytes of a picture that came four to a number. */
export function bytesOf({ data }) {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Draws 784 bytes of ink, or numbers of both signs, into a square. `brightest` is the size that is
 * brightest: the largest of the numbers, if it is not given.
 */
export function drawPicture(context, values, left, top, side, brightest = 0) {
  const signed = !(values instanceof Uint8Array);
  const most = !signed ? 255 : brightest || values.reduce((far, value) => Math.max(far, Math.abs(value)), 1e-12);
  for (let at = 0; at < SIDE * SIDE; at++) {
    const [r, g, b] = blend(values[at] / most, signed);
    sheet.data.set([r, g, b, 255], 4 * at);
  }
  pen.putImageData(sheet, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, left, top, side, side);
}

/** A small picture of its own; `draw(values, brightest)` or `draw(null)` for an empty one. */
export function createPicture(label, size = 112) {
  const canvas = element("canvas", { class: "picture", width: size, height: size, role: "img", "aria-label": label });
  const context = onProcessor(canvas);
  const nothing = new Uint8Array(SIDE * SIDE);
  let drawn = null;
  return {
    canvas,
    draw(values, brightest = 0) {
      if (!values && drawn === nothing) return;
      drawn = values ?? nothing;
      drawPicture(context, drawn, 0, 0, size, brightest);
    },
  };
}
