// The views side by side: which are shown, what is drawn in them, and the picture of them all.

import { BASINS, ENDS } from "./basins.js";
import { BATCH } from "./batch.js";
import { CLOCKS } from "./clocks.js";
import { CLOUD } from "./cloud.js";
import { ACCURACY, createCost } from "./cost.js";
import { createCurve } from "./curve.js";
import { element } from "../parts/dom.js";
import { DIRECTIONS } from "./directions.js";
import { HOUSES } from "./houses.js";
import { createMap } from "./map.js";
import { readsAt } from "./records.js";
import { REGIME_MAP } from "./regimes.js";
import { SLICE } from "./slice.js";
import { createSurface } from "./surface.js";

// The views that only some pages have, by the names in `more.views`:
// {title, description, create(host, {onStart, goTo, repaint, send, preview}) → {draw, picture, destroy}},
// and held() where a hand on it may preview a rate. `more.narrow`: how many a phone begins with.
const MORE = {
  accuracy: ACCURACY, basins: BASINS, batch: BATCH, clocks: CLOCKS, cloud: CLOUD, directions: DIRECTIONS, ends: ENDS, houses: HOUSES, regimes: REGIME_MAP, slice: SLICE,
};

const TITLES = { map: "Map", surface: "Surface", curve: "Curve", cost: "Cost" };

/** What may be drawn at the walker, by dimension: [key, label, shown at first]. */
export const ARROWS = {
  1: [["gradient", "tangent", true], ["step", "step", true], ["landings", "other rates", true]],
  2: [["gradient", "gradient", false], ["step", "step", false]],
};

/** The views of a dimension with their switches: {bar, panels, draw, picture, destroy}. */
export function createViews({ dimension, more }, state, tools, root) {
  const { onStart, goTo, repaint } = tools;
  const makers = dimension === 1
    ? { curve: (host) => createCurve(host, { onStart, repaint }), cost: (host) => createCost(host, { onStep: goTo, repaint }) }
    : {
      map: (host) => createMap(host, { onStart, repaint, reading: readsAt }),
      surface: (host) => createSurface(host, {
        onStart,
        onPainted: ({ step, milliseconds }) => Object.assign(root.dataset, { three: "ready", threeStep: step, threePainted: milliseconds.toFixed(1) }),
      }),
      cost: (host) => createCost(host, { onStep: goTo, repaint }),
    };
  for (const key of more.views ?? []) makers[key] = (host) => MORE[key].create(host, tools);
  // `more.shown` names the views that are open at first, and puts them first.
  const shown = more.shown ?? Object.keys(makers);
  const keys = [...shown, ...Object.keys(makers).filter((key) => !shown.includes(key))];
  const views = keys.map((key) => [key, makers[key]]).map(([key, make]) => {
    const host = element("div", { class: `view ${key}`, role: "img", "aria-label": `${titleOf(key)}: ${MORE[key]?.description ?? DESCRIPTIONS[key]}` });
    host.hidden = !shown.includes(key);
    return { key, host, ...make(host) };
  });
  const panels = element("div", { class: `panels panels-${dimension}` }, ...views.map(({ host }) => host));
  const toggle = (label, pressed, onclick) => {
    const button = element("button", { type: "button", class: "toggle", text: label, "aria-pressed": String(pressed) });
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(onclick()));
      repaint();
    });
    return button;
  };
  if (window.matchMedia(NARROW).matches) for (const { host } of views.slice(more.narrow ?? 1)) host.hidden = true;
  const tell = () => { panels.dataset.views = views.filter(({ host }) => !host.hidden).map(({ key }) => key).join(" "); };
  const bar = element("div", { class: "viewbar" },
    element("div", { role: "group", "aria-label": "Views" }, ...views.map(({ key, host }) => toggle(titleOf(key), !host.hidden, () => {
      const others = views.filter((view) => view.host !== host && !view.host.hidden);
      host.hidden = !host.hidden && others.length > 0; // one view always stays
      tell();
      if (!host.hidden) host.scrollIntoView({ block: "nearest" });
      return !host.hidden;
    }))),
    element("div", { role: "group", "aria-label": "Arrows" }, ...ARROWS[dimension].map(([key, label, on]) => toggle(label, on, () => {
      state.arrows = { ...state.arrows, [key]: !state.arrows[key] };
      return state.arrows[key];
    }))),
    ...views.filter((view) => view.resetCamera).map((view) => element("button", { type: "button", class: "toggle", text: "reset camera", onclick: () => view.resetCamera() })));
  tell();
  return {
    bar,
    panels,
    draw: (frame) => { for (const view of views) if (!view.host.hidden) view.draw(frame); },
    held: () => views.some((view) => view.held?.()),
    destroy: () => { for (const view of views) view.destroy(); },
    picture: () => pictureOf(views.filter((view) => !view.host.hidden), state.theme),
  };
}

const titleOf = (key) => MORE[key]?.title ?? TITLES[key];

const NARROW = "(max-width: 700px)"; // a phone begins with one view, and the rest a tap away
const DESCRIPTIONS = {
  map: "the surface from above, + minimum, × saddle, ○ maximum; click or drag to set the start",
  surface: "the surface in three dimensions",
  curve: "cost over x with the walker on it; click or drag to set the start",
  cost: "cost against steps; click to go to a step",
};

/** All views shown, side by side in one PNG. */
async function pictureOf(views, theme) {
  const frames = await Promise.all(views.map(async (view) => {
    const picture = await Promise.resolve(view.picture()).catch(() => null); // 3-D may have failed to load
    if (typeof picture !== "string") return picture;
    const image = new Image();
    image.src = picture;
    await image.decode();
    return image;
  })).then((all) => all.filter(Boolean));
  const height = Math.max(...frames.map((frame) => frame.height));
  const widths = frames.map((frame) => Math.round((frame.width * height) / frame.height));
  const sheet = element("canvas", { width: widths.reduce((sum, width) => sum + width, 0), height });
  const context = sheet.getContext("2d");
  context.fillStyle = theme.ground;
  context.fillRect(0, 0, sheet.width, height);
  frames.reduce((left, frame, index) => {
    context.drawImage(frame, left, 0, widths[index], height);
    return left + widths[index];
  }, 0);
  return sheet.toDataURL("image/png");
}
