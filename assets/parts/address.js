// The address bar: the browser writes it, so that no entry of the history is made for each change.

const REST = 250; // ms; browsers refuse addresses that change with every frame

/** Writes {name: value} into the address; "" or null takes the name out. */
export function writeParameters(values) {
  const address = new URL(window.location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === "") address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  if (address.href === window.location.href) return;
  try {
    window.history.replaceState(window.history.state, "", address.href);
  } catch (refused) { // too many in too short a time: the next one will do
    console.debug(refused);
  }
}

/** A writer: names → text, "" where the default stands; null: this page is left. */
export function createAddress() {
  let [timer, names, next] = [null, [], ""];
  return (address) => {
    const text = JSON.stringify(address);
    if (timer !== null && text === next) return; // or, asked again and again, it would never be written
    next = text;
    if (address) names = Object.keys(address);
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      writeParameters(address ?? Object.fromEntries(names.map((name) => [name, ""])));
    }, address ? REST : 0);
  };
}
