// Basins on the map: every point is a start, and its colour and pattern say where its walk ends.
// Dark is low, as on every map, so the surface stays visible under the colours.

import { element } from "../parts/dom.js";
import { heightScale } from "../parts/height.js";
import { createMap } from "./map.js";
import { SLOTS } from "../parts/palette.js";

// What is no low place to rest, by the name that Python gives it.
const OTHERS = {
  floor: "#c9b98f", plateau: "#a7adb5", level: "#f1ede4", undefined: "#3a2f3f", no_bottom: "#27435c", diverged: "#15161a", running: "#6d717a",
};

// A second sign beside the colour: which pixels of a period of 12 are lighter.
const PATTERNS = [
  () => false,
  (x, y) => (x + y) % 12 < 4,
  (x, y) => x % 12 < 4 && y % 12 < 4,
  (x, y) => (x + 12000 - y) % 12 < 4,
  (x, y) => y % 12 < 3,
  (x, y) => x % 12 < 3,
];

/** The view of the basins, instead of the costs, with the walkers over it. */
export const BASINS = {
  title: "Basins",
  description: "every point is a start, coloured by where its walk ends; click or drag to set the start",
  create: (host, { onStart, repaint }) => createMap(host, { onStart, repaint, backdrop, reading }),
};

/** The legend: where walks end, and what share of the picture ends there. */
export const ENDS = { title: "Where walks end", description: "shares of the picture", create: createEnds };

function backdrop(model) {
  const { basins } = model.more;
  return basins && {
    key: basins.version,
    paint: (context, { width, height }, ratio) => {
      const [across, up] = [Math.ceil(width * ratio), Math.ceil(height * ratio)];
      const sheet = new OffscreenCanvas(across, up);
      sheet.getContext("2d", { willReadFrequently: true }).putImageData(imageOf(model, across, up, ratio), 0, 0);
      context.drawImage(sheet, 0, 0, across / ratio, up / ratio);
    },
  };
}

function imageOf(model, across, up, ratio) {
  const { shape: [rows, columns], data } = model.arrays["more.labels"];
  const looks = looksOf(model.more.basins);
  const heights = heightsOf(model.arrays.grid);
  const image = new ImageData(across, up);
  for (let y = 0, at = 0; y < up; y++) {
    const row = Math.floor(((up - 1 - y) / up) * rows);
    for (let x = 0; x < across; x++, at += 4) {
      const look = looks[data[row * columns + Math.floor((x / across) * columns)]];
      const light = shade(heights(x / across, 1 - y / up), look.pattern(Math.floor(x / ratio), Math.floor(y / ratio)));
      for (let channel = 0; channel < 3; channel++) image.data[at + channel] = look.rgb[channel] * light;
      image.data[at + 3] = 255;
    }
  }
  return image;
}

function shade(height, lighter) {
  return (0.4 + 0.5 * height) * (lighter ? 1.28 : 1);
}

// Heights 0 … 1 between the samples of the grid; one half where there is no cost.
function heightsOf({ shape: [rows, columns], data }) {
  const scale = heightScale(data);
  const heights = Float32Array.from(data, (cost) => (Number.isNaN(cost) ? 0.5 : scale.height(cost)));
  return (across, up) => {
    const [x, y] = [across * (columns - 1), up * (rows - 1)];
    const [left, below] = [Math.min(Math.floor(x), columns - 2), Math.min(Math.floor(y), rows - 2)];
    const [dx, dy] = [x - left, y - below];
    const at = below * columns + left;
    return (1 - dy) * ((1 - dx) * heights[at] + dx * heights[at + 1])
      + dy * ((1 - dx) * heights[at + columns] + dx * heights[at + columns + 1]);
  };
}

function looksOf({ looks }) {
  return looks.map(([colour, pattern]) => lookOf(colour, pattern));
}

function lookOf(colour, pattern) {
  const hex = OTHERS[colour] ?? SLOTS[colour];
  return { rgb: [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)), pattern: PATTERNS[pattern] };
}

function reading(model, [across, up]) {
  const { shape: [rows, columns], data } = model.arrays["more.labels"];
  const cell = (share, count) => Math.min(Math.max(Math.floor(share * count), 0), count - 1);
  const label = data[cell(up, rows) * columns + cell(across, columns)];
  const found = model.more.basins.ends.find(({ labels }) => labels.includes(label));
  return found ? `a walk from here: ${found.short}` : "";
}

function createEnds(host) {
  host.setAttribute("role", "group");
  const list = element("ul", { class: "ends-list" });
  const [chance, of] = [element("b", { class: "chance" }), element("span")];
  const headline = element("p", { class: "headline" }, chance, of);
  host.append(headline, list);
  let shown = null;
  return {
    draw({ model: { more: { basins } } }) {
      if (!basins || shown === basins.version) return;
      shown = basins.version;
      host.dataset.progress = basins.progress;
      headline.hidden = !basins.chance;
      [chance.textContent, of.textContent] = basins.chance ?? ["", ""];
      list.replaceChildren(...basins.ends.map(({ name, share, look }) => element("li", {},
        swatch(look),
        element("span", { class: "end-name", text: name }),
        element("span", { class: "end-share", text: share }))));
    },
    picture: () => null,
    destroy() {},
  };
}

function swatch([colour, pattern]) {
  const canvas = element("canvas", { class: "end-swatch", width: 48, height: 30, "aria-hidden": "true" });
  const look = lookOf(colour, pattern);
  const image = new ImageData(48, 30);
  for (let y = 0, at = 0; y < 30; y++) {
    for (let x = 0; x < 48; x++, at += 4) {
      const light = shade(0.75, look.pattern(x >> 1, y >> 1));
      look.rgb.forEach((value, channel) => { image.data[at + channel] = value * light; });
      image.data[at + 3] = 255;
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}
