// The learning rate in the address bar: the browser writes it, so that no entry of the history is
// made for each stop of a slider. Streamlit itself keeps the other settings there.

import { writeParameters } from "../parts/address.js";

const REST = 250; // ms; browsers refuse addresses that change with every frame

/** A writer: names → text, "" where the default stands; null: this page is left. */
export function createAddress() {
  let timer = null;
  let names = [];
  return (address) => {
    clearTimeout(timer);
    if (address) names = Object.keys(address);
    timer = setTimeout(() => writeParameters(address ?? Object.fromEntries(names.map((name) => [name, ""]))), address ? REST : 0);
  };
}
