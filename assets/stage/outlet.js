// Out of the stage: the link, the numbers, the picture.

import { element } from "../parts/dom.js";
import { pointAt } from "./walks.js";

/** The row of outlets; `state()` gives {model, walks, step}, `picture()` a promise of a PNG's URL. */
export function createOutlet({ state, picture }) {
  const said = element("span", { class: "said", role: "status" });
  const say = (text) => { said.textContent = text; };
  const link = element("input", { type: "text", class: "link", readonly: true, hidden: true, "aria-label": "Link to this view" });
  const row = element("div", { class: "outlet" },
    element("button", { type: "button", class: "preset", text: "Copy link", onclick: () => copyLink(link, state(), say) }),
    element("button", { type: "button", class: "preset", text: "CSV", onclick: () => { download(csvUrl(state()), "walks.csv"); say("Saved walks.csv."); } }),
    element("button", {
      type: "button", class: "preset", text: "PNG",
      onclick: () => picture().then((url) => { download(url, "downhill.png"); say("Saved downhill.png."); }, () => say("No picture could be made.")),
    }),
    said, link);
  return { row };
}

const OURS = ["data", "surface", "curve", "formula", "domain", "start", "seed", "walk", "steps", "focus", "step"];
const REST = 150; // ms; browsers refuse addresses that change with every frame

/** A writer of the address bar: a new scene at once, a step when it rests; null: no more. */
export function createAddress() {
  let [timer, written] = [null, null];
  return (model, step) => {
    clearTimeout(timer);
    if (model) timer = setTimeout(() => writeAddress(addressOf(model, step)), model === written ? REST : 0);
    written = model;
  };
}

function writeAddress(address) {
  if (address === window.location.href) return;
  try {
    window.history.replaceState(window.history.state, "", address);
  } catch (refused) { // too many in too short a time: the next one will do
    console.debug(refused);
  }
}

function addressOf(model, step) {
  const address = new URL(window.location.href);
  for (const key of OURS) address.searchParams.delete(key);
  const parameters = model.address.data ? model.address : { ...model.address, step: [step] };
  for (const [key, values] of Object.entries(parameters)) {
    for (const value of values) address.searchParams.append(key, value);
  }
  return address.href;
}

async function copyLink(link, { model, step }, say) {
  link.value = addressOf(model, step);
  try {
    await navigator.clipboard.writeText(link.value);
    link.hidden = true;
    say(model.address.data ? "Copied, but your file stays here: whoever opens it sees the data of the app." : "Copied: whoever opens it sees this.");
  } catch {
    link.hidden = false;
    link.select();
    say("Copy this link:");
  }
}

function csvUrl({ model, walks }) {
  const { axes } = model.terrain;
  const head = ["walker", "optimizer", "step", ...axes, "cost", ...axes.map((axis) => `gradient_${axis}`)];
  const lines = walks.flatMap((walk) => Array.from({ length: walk.rows }, (_, row) => {
    const gradient = walk.gradients ? walk.gradients.subarray(row * walk.dimension, (row + 1) * walk.dimension) : [];
    return [...nameOf(model, walk), row, ...pointAt(walk, row), walk.values[row], ...gradient].join(",");
  }));
  return URL.createObjectURL(new Blob([[head.join(","), ...lines].join("\n") + "\n"], { type: "text/csv" }));
}

function nameOf({ walkers, more }, { index, record }) {
  return record === undefined ? [index, walkers[index].optimizer] : [`network ${record}`, more.records[record].optimizer];
}

function download(url, name) {
  const anchor = element("a", { href: url, download: name });
  anchor.click();
  if (url.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
