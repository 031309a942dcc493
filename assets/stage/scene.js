// The figure that plotly.js draws: traces and layout as plain data, and nothing that acts.
// Order of the traces: surface, marks, walkers, then each walk's walked line, then those ahead.

import { COLORSCALE } from "./palette.js";
import { lineOf, standing, stretch } from "./relief.js";
import { rowAt } from "./walks.js";

export const CAMERA = { eye: { x: -1.15, y: -1.45, z: 0.78 }, center: { x: 0, y: 0, z: -0.16 }, up: { x: 0, y: 0, z: 1 } };
export const [MARKS, WALKERS, LINES] = [1, 2, 3];

const GLYPHS = { circle: "●", square: "■", triangle: "▲", diamond: "◆", pentagon: "⬟", star: "★" };
const KINDS = { minimum: "+", cusp: "▾", maximum: "○", saddle: "×", degenerate: "✳" };
const READING = "x %{x:.3~f}<br>y %{y:.3~f}<br>cost %{customdata:.4~g}<extra></extra>";
const EDGE = "#0a0e18";

/** All traces of a frame. `lines` are the walks' lines (`linesOf`). */
export function traces(frame, relief, lines) {
  return [
    surfaceTrace(relief),
    marksTrace(frame.model, relief),
    { ...walkersLook(frame.walks), ...walkersAt(frame, relief) },
    ...frame.walks.map((walk, index) => ({ ...lineLook(walk, true), ...walked(lines[index], walk, frame.step) })),
    ...frame.walks.map((walk, index) => ({ ...lineLook(walk, false), ...stretch(lines[index], 0, lines[index].x.length) })),
  ];
}

/** Only what a step changes: [[index, {x, y, z …}] …]. */
export function stepChanges(frame, relief, lines) {
  const lineChanges = frame.walks.map((walk, index) => [LINES + index, walked(lines[index], walk, frame.step)]);
  return [[WALKERS, walkersAt(frame, relief)], ...lineChanges];
}

/** The walks' lines over the relief. */
export function linesOf(walks, relief) {
  return walks.map((walk) => lineOf(walk, relief));
}

/** The layout for a size in pixels; the camera is the caller's. */
export function layout(relief, theme, camera, [width, height]) {
  const [across, deep] = relief.box.map(([low, high]) => high - low);
  const ratio = Math.min(Math.max(across / deep, 0.6), 1 / 0.6);
  const [x, y] = [Math.sqrt(ratio), 1 / Math.sqrt(ratio)];
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
    hoverlabel: { bgcolor: theme.panel, bordercolor: theme.line, font: { family: theme.font, size: 12, color: theme.text } },
    scene: {
      uirevision: "kept",
      dragmode: "turntable",
      camera,
      aspectmode: "manual",
      aspectratio: { x, y, z: 0.62 },
      bgcolor: "rgba(0,0,0,0)",
      xaxis: flat("x", relief.box[0]),
      yaxis: flat("y", relief.box[1]),
      zaxis: {
        ...flat(relief.linear ? "cost" : "cost (compressed)", [-0.02, 1.1]),
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

function surfaceTrace({ x, y, heights, costs }) {
  const level = { show: true, start: 1 / 28, end: 1, size: 1 / 14, color: "rgba(255,255,255,0.22)", width: 1, highlightcolor: "#fff", highlightwidth: 2 };
  return {
    type: "surface",
    x,
    y,
    z: heights,
    customdata: costs,
    hovertemplate: READING,
    colorscale: COLORSCALE,
    cmin: 0,
    cmax: 1,
    showscale: false,
    lighting: { ambient: 0.78, diffuse: 0.42, specular: 0.06, roughness: 0.9, fresnel: 0.05 },
    lightposition: { x: -2000, y: -1000, z: 4000 },
    contours: { x: { highlight: false }, y: { highlight: false }, z: level },
  };
}

function marksTrace({ terrain, start }, relief) {
  const points = terrain.critical_points.filter(({ point }) => relief.holds(point));
  const spots = points.map(({ point, kind, is_global: best }) => ({ point, name: kind, glyph: KINDS[kind], size: best ? 17 : 14 }));
  if (relief.holds(start)) spots.push({ point: start, name: "start", glyph: "○", size: 24 });
  return {
    type: "scatter3d",
    mode: "text",
    x: spots.map(({ point }) => point[0]),
    y: spots.map(({ point }) => point[1]),
    z: spots.map(({ point }) => relief.over(...point, NaN, 0.03)),
    text: spots.map(({ glyph }) => glyph),
    textposition: "middle center",
    textfont: { size: spots.map(({ size }) => size), color: "#ffffff", family: "sans-serif" },
    customdata: spots.map(({ name }) => name),
    hovertemplate: "%{customdata}<br>x %{x:.3~f}<br>y %{y:.3~f}<extra></extra>",
  };
}

// Three glyphs on one spot, as on the map: dark edge, white ring, the walker's colour.
const LAYERS = [[1.7, EDGE], [1.5, "#ffffff"], [1, null]];

function walkersLook(walks) {
  const layered = (pick) => walks.flatMap((walk) => LAYERS.map((layer) => pick(walk, layer)));
  return {
    type: "scatter3d",
    mode: "text",
    text: layered((walk) => GLYPHS[walk.shape]),
    textposition: "middle center",
    textfont: {
      size: layered((walk, [size]) => size * (walk.focus ? 17 : 13)),
      color: layered((walk, [, colour]) => colour ?? walk.colour),
      family: "sans-serif",
    },
    hovertemplate: READING,
  };
}

function walkersAt(frame, relief) {
  const spots = frame.walks.flatMap((walk) => {
    const spot = standing(walk, frame.step, relief, 0.035);
    return LAYERS.map(() => spot);
  });
  const side = (index) => spots.map(({ at }) => at[index]);
  return { x: side(0), y: side(1), z: side(2), customdata: spots.map(({ cost }) => cost) };
}

function lineLook(walk, done) {
  return {
    type: "scatter3d",
    mode: "lines",
    hoverinfo: "skip",
    opacity: done ? 1 : 0.55,
    line: { color: walk.colour, width: done ? (walk.focus ? 6 : 4.5) : 2, dash: walk.dashed ? "dash" : "solid" },
  };
}

function walked(line, walk, step) {
  return stretch(line, 0, line.ends[rowAt(walk, step)]);
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
