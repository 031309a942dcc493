// The address bar: who reads and which steps are taken; a drawing is not in it.

const OURS = ["network", "crop", "centre", "line", "deskew"];

/** Write {name: value} into the address; null takes out all that is ours. */
export function writeAddress(values) {
  const address = new URL(window.location.href);
  for (const key of OURS) address.searchParams.delete(key);
  for (const [key, value] of Object.entries(values ?? {})) address.searchParams.set(key, value);
  if (address.href === window.location.href) return;
  try {
    window.history.replaceState(window.history.state, "", address.href);
  } catch (refused) { // too many in too short a time: the next one will do
    console.debug(refused);
  }
}
