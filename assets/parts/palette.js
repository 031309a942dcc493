// Colours: the theme's, the six of the walkers, the one scale of cost, the regimes of a rate.

/** Okabe and Ito (2008), the six that stand out on light and on dark; one for each slot. */
export const SLOTS = ["#e69f00", "#56b4e9", "#d55e00", "#009e73", "#cc79a7", "#3f7fbf"];

/** Regimes from too small to too large; `level` is the bar's height, so colour is not alone. */
export const REGIMES = {
  "crawl": { colour: "#8a93a6", level: 0.3, means: "too small: it creeps" },
  "smooth": { colour: "#2a9d8f", level: 0.48, means: "it goes down steadily" },
  "zig-zag": { colour: "#d9a514", level: 0.64, means: "it jumps across the valley, but settles" },
  "bounce": { colour: "#d9722b", level: 0.82, means: "it jumps to and fro and never settles" },
  "diverge": { colour: "#b3364f", level: 1, means: "too large: it grows without bound" },
};

/** Height 0 … 1 → [r, g, b]: lightness rises evenly (in OKLab), low is dark, nothing is white. */
export const SCALE = Array.from({ length: 256 }, (_, index) => rampColour(index / 255));

/** The scale as plotly's colorscale. */
export const COLORSCALE = Array.from({ length: 17 }, (_, index) => {
  const [r, g, b] = SCALE[Math.round((index / 16) * 255)];
  return [index / 16, `rgb(${r},${g},${b})`];
});

function rampColour(t) {
  const hue = ((290 - 125 * t) * Math.PI) / 180; // indigo, blue, sea green
  const chroma = 0.055 + 0.055 * Math.sin(Math.PI * t);
  return oklab(0.2 + 0.62 * t, chroma * Math.cos(hue), chroma * Math.sin(hue));
}

// OKLab to sRGB (Ottosson 2020), clamped to what a screen can show.
function oklab(lightness, a, b) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((linear) => {
    const light = Math.min(Math.max(linear, 0), 1);
    return Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055));
  });
}

/** The colours of the page's theme as they are now. */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  return {
    text: read("--st-text-color", "#222"),
    ground: read("--st-background-color", "#fff"),
    panel: read("--st-secondary-background-color", "#f4f4f2"),
    line: read("--st-border-color", "#ccc"),
    accent: read("--st-primary-color", "#16697a"),
    font: read("--st-font", "sans-serif"),
  };
}

// Shapes tell the optimizers apart where colours cannot: [corners, turn in degrees, inner radius].
const SHAPES = {
  "circle": null,
  "square": [4, 45],
  "diamond": [4, 0],
  "triangle-up": [3, 0],
  "triangle-down": [3, 180],
  "pentagon": [5, 0],
  "star": [5, 0, 0.5],
  "hexagon": [6, 0],
  "triangle-right": [3, 90],
  "triangle-left": [3, 270],
  "cross": [4, 0, 0.45],
  "x": [4, 45, 0.45],
};

/** The shape of an optimizer, by its place in the registry. */
export function shapeOf(index) {
  const names = Object.keys(SHAPES);
  return names[index % names.length];
}

/** Adds the outline of a shape of radius `size` around (x, y) to a canvas path. */
export function traceShape(context, shape, x, y, size) {
  context.beginPath();
  if (!SHAPES[shape]) {
    context.arc(x, y, size, 0, 2 * Math.PI);
    return;
  }
  const [corners, turn, inner] = SHAPES[shape];
  const count = inner ? 2 * corners : corners;
  for (let corner = 0; corner < count; corner++) {
    const radius = 1.25 * size * (inner && corner % 2 ? inner : 1);
    const angle = (2 * Math.PI * corner) / count + ((turn - 90) * Math.PI) / 180;
    context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  context.closePath();
}
