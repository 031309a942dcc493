// The figure that plotly.js draws, the bare surface in its axes: plain data, and nothing that acts.
// What moves is drawn over it (over.js), so a step never waits for it.

import { COLORSCALE } from "../parts/palette.js";
const DEEP = 0.46; // height of the box against its sides

const RANGE = [-0.02, 1.08]; // of the third axis: room under the valleys and over the peaks
// Lighter than the valleys and darker than the heights, so seen on both and loud on neither.
const LEVEL = COLORSCALE[11][1];

/** The box of the scene: its sides as drawn, and the range of each axis. */
export function frameOf({ box }) {
  const [across, along] = box.map(([low, high]) => high - low);
  const ratio = Math.min(Math.max(across / along, 0.6), 1 / 0.6);
  return { sides: [Math.sqrt(ratio), 1 / Math.sqrt(ratio), DEEP], ranges: [...box, RANGE] };
}

/** The camera of the beginning: low enough to see heights, far enough for a narrow host. */
export function firstCamera([width, height]) {
  const distance = 1.66 * Math.max(1, (1.3 * height) / width);
  const eye = { x: -0.48 * distance, y: -0.68 * distance, z: 0.71 * distance };
  // Past the middle, because the numbers of the third axis stand on the left.
  return { eye, center: { x: -0.045 * distance, y: 0.032 * distance, z: -0.1 }, up: { x: 0, y: 0, z: 1 } };
}

/** The layout for a size in pixels; the camera is the caller's. */
export function layout(relief, theme, camera, [width, height]) {
  const { sides: [x, y, z], ranges } = frameOf(relief);
  const quiet = blend(theme.text, theme.ground, 0.62);
  const flat = (title, range) => axisLook(title, range, theme, quiet);
  return {
    width,
    height,
    margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    showlegend: false,
    uirevision: "kept",
    font: { family: theme.font, color: theme.text },
    scene: {
      uirevision: "kept",
      dragmode: "turntable",
      camera,
      hovermode: false,
      aspectmode: "manual",
      aspectratio: { x, y, z },
      bgcolor: "rgba(0,0,0,0)",
      xaxis: flat(relief.axes[0], ranges[0]),
      yaxis: flat(relief.axes[1], ranges[1]),
      zaxis: {
        ...flat(relief.linear ? "cost" : "cost (compressed)", ranges[2]),
        tickvals: relief.ticks.at,
        ticktext: relief.ticks.text,
      },
    },
  };
}

function axisLook(title, range, theme, quiet) {
  return {
    type: "linear",
    range: [...range],
    title: { text: title, font: { size: 12, color: theme.text } },
    tickfont: { size: 11, color: quiet },
    nticks: 5,
    gridcolor: blend(theme.text, theme.ground, 0.16),
    showline: false,
    zeroline: false,
    showbackground: false,
    showspikes: false,
  };
}

/** The surface as plotly's trace. */
export function surfaceTrace({ x, y, heights }) {
  const level = { show: true, start: 1 / 28, end: 1, size: 1 / 14, color: LEVEL, width: 1, highlight: false };
  return {
    type: "surface",
    x,
    y,
    z: heights,
    hoverinfo: "skip",
    colorscale: COLORSCALE,
    cmin: 0,
    cmax: 1,
    showscale: false,
    lighting: { ambient: 0.8, diffuse: 0.4, specular: 0.04, roughness: 0.9, fresnel: 0.02 },
    lightposition: { x: -2000, y: -1000, z: 4000 },
    contours: { x: { highlight: false }, y: { highlight: false }, z: level },
  };
}

// WebGL labels know no transparency: the quiet colours are mixed beforehand.
function blend(colour, ground, share) {
  const [front, back] = [channels(colour), channels(ground)];
  return `rgb(${front.map((value, index) => Math.round(share * value + (1 - share) * back[index]))})`;
}

function channels(colour) {
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return Array.from(context.getImageData(0, 0, 1, 1).data.subarray(0, 3));
}
