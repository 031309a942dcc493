// The learning rate in the address bar: the browser writes it, so that no entry of the history is
// made for each stop of a slider. Streamlit itself keeps the other settings there.

const REST = 250; // ms; browsers refuse addresses that change with every frame

/** A writer: names → text, "" where the default stands; null: this page is left. */
export function createAddress() {
  let timer = null;
  let names = [];
  return (address) => {
    clearTimeout(timer);
    if (address) names = Object.keys(address);
    timer = setTimeout(() => write(address ?? Object.fromEntries(names.map((name) => [name, ""]))), address ? REST : 0);
  };
}

function write(address) {
  const here = new URL(window.location.href);
  for (const [name, value] of Object.entries(address)) {
    if (value) here.searchParams.set(name, value);
    else here.searchParams.delete(name);
  }
  if (here.href === window.location.href) return;
  try {
    window.history.replaceState(window.history.state, "", here.href);
  } catch (refused) { // too many in too short a time: the next one will do
    console.debug(refused);
  }
}
