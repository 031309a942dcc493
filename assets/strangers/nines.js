// The scale of the threshold, in nines: from 90 to 99 % is as far as from 99 to 99.9 %. A share of
// the way is 0 to 1 over all stops.

const MOST = 4; // nines at the last stop

/** Marks along the scale: [share of the way, text]. */
export const MARKS = [[0, "0"], [0.5, "50 %"], [0.9, "90 %"], [0.99, "99 %"], [0.999, "99.9 %"], [0.9999, "99.99 %"]]
  .map(([level, text]) => [-Math.log10(1 - level) / MOST, text]);

/** A threshold as people read it: 90 %, 97.5 %, 99.94 %. */
export function levelText(level) {
  const nines = -Math.log10(Math.max(1 - level, 1e-9));
  const digits = Math.max(0, Math.ceil(nines - 1e-6) - 1);
  return `${Number((100 * level).toFixed(digits))} %`;
}

/** Lets the threshold be dragged on a host; `way(x, width)` says how far along the scale x is. */
export function dragThreshold(host, way, onWay) {
  const go = (event) => {
    const { left, width } = host.getBoundingClientRect();
    onWay(Math.min(Math.max(way(event.clientX - left, width), 0), 1));
  };
  host.style.touchAction = "pan-y pinch-zoom";
  host.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    host.setPointerCapture(event.pointerId);
    go(event);
  });
  host.addEventListener("pointermove", (event) => {
    if (host.hasPointerCapture(event.pointerId)) go(event);
  });
}
