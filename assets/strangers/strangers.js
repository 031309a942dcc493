// How sure a network is of pictures that are no digits, and what a threshold lets through. Python
// has worked it out for every stop of the threshold; dragging it asks nobody.

import { writeParameters } from "../parts/address.js";
import { mountOf, styleSheets, watchTheme } from "../parts/mount.js";
import { readTheme } from "../parts/palette.js";
import { createFigures } from "./figures.js";
import { createKinds } from "./kinds.js";
import { levelText } from "./nines.js";
import { createTrade } from "./trade.js";

const REST = 250; // ms; browsers refuse addresses that change with every frame

let remembered = null; // the stop, while other parts of the page are looked at

export default mountOf(".downhill-strangers", createStrangers);

function createStrangers(root) {
  const state = { model: null, stop: 0, theme: readTheme(root) };
  let [asked, left, timer] = [false, false, null];
  const repaint = () => {
    if (asked || left) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; paint(); });
  };
  const onStop = (stop) => {
    const last = state.model.arrays.levels.data.length - 1;
    remembered = state.stop = Math.min(Math.max(Math.round(stop), 0), last);
    clearTimeout(timer);
    timer = setTimeout(writeAddress, REST);
    repaint();
  };
  const figures = createFigures(onStop);
  const kinds = createKinds({ repaint, onStop });
  const trade = createTrade({ repaint, onStop });
  root.replaceChildren(...styleSheets(import.meta.url, "strangers.css"), figures.body, kinds.body, trade.body);
  watchTheme(root, () => { state.theme = readTheme(root); repaint(); });

  function writeAddress() {
    const { model, stop } = state;
    const level = 100 * model.arrays.levels.data[stop];
    writeParameters({ sure: stop === model.usual ? null : level.toFixed(3).replace(/\.?0+$/, "") });
  }

  function paint() {
    const { model, stop } = state;
    if (!model || left) return;
    for (const part of [figures, kinds, trade]) part.draw(state);
    const at = (name) => model.arrays[name].data[stop];
    Object.assign(root.dataset, {
      ready: "true", stop, level: levelText(at("levels")), identity: model.identity,
      coverage: at("coverage").toFixed(4), accuracy: at("accuracy").toFixed(4), noise: at("through.noise").toFixed(4),
    });
  }

  return {
    connect() {},
    receive(model) {
      const first = state.model === null;
      const other = state.model?.identity !== model.identity;
      state.model = model;
      if (first) state.stop = remembered ?? model.level;
      if (other) kinds.update(model);
      if (first) writeAddress();
      repaint();
    },
    leave() {
      left = true;
      clearTimeout(timer);
      writeParameters({ sure: null });
      kinds.destroy();
      trade.destroy();
    },
  };
}
