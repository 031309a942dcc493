// Out of the stage: the link, the numbers, the picture.

import { element } from "./dom.js";
import { pointAt } from "./walks.js";

/** The row of outlets; `state()` gives {model, walks, step}, `picture()` a promise of a PNG's URL. */
export function createOutlet({ state, picture }) {
  const said = element("span", { class: "said", role: "status" });
  const say = (text) => { said.textContent = text; };
  const link = element("input", { type: "text", class: "link", readonly: true, hidden: true, "aria-label": "Link to this view" });
  const row = element("div", { class: "outlet" },
    element("button", { type: "button", class: "preset", text: "Copy link", onclick: () => copyLink(link, state().step, say) }),
    element("button", { type: "button", class: "preset", text: "CSV", onclick: () => { download(csvUrl(state()), "walks.csv"); say("Saved walks.csv."); } }),
    element("button", {
      type: "button", class: "preset", text: "PNG",
      onclick: async () => { download(await picture(), "downhill.png"); say("Saved downhill.png."); },
    }),
    said, link);
  return { row };
}

/** Writes the step into the address without a call to the server. */
export function writeStep(step) {
  const address = addressAt(step);
  if (address !== window.location.href) window.history.replaceState(window.history.state, "", address);
}

function addressAt(step) {
  const address = new URL(window.location.href);
  address.searchParams.set("step", step);
  return address.href;
}

async function copyLink(link, step, say) {
  link.value = addressAt(step);
  try {
    await navigator.clipboard.writeText(link.value);
    link.hidden = true;
    say("Copied: whoever opens it sees this.");
  } catch {
    link.hidden = false;
    link.select();
    say("Copy this link:");
  }
}

function csvUrl({ model, walks }) {
  const axes = model.dimension === 1 ? ["x"] : ["x", "y"];
  const head = ["walker", "optimizer", "step", ...axes, "cost", ...axes.map((axis) => `gradient_${axis}`)];
  const lines = walks.flatMap((walk) => Array.from({ length: walk.rows }, (_, row) => {
    const gradient = walk.gradients ? walk.gradients.subarray(row * walk.dimension, (row + 1) * walk.dimension) : [];
    return [walk.index, model.walkers[walk.index].optimizer, row, ...pointAt(walk, row), walk.values[row], ...gradient].join(",");
  }));
  return URL.createObjectURL(new Blob([[head.join(","), ...lines].join("\n") + "\n"], { type: "text/csv" }));
}

function download(url, name) {
  const anchor = element("a", { href: url, download: name });
  anchor.click();
  if (url.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
