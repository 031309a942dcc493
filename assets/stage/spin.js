// The hand on the surface in space: hovering reads, a click is a start, a drag turns it, and the
// page still scrolls.

const STILL = 5; // pixels between press and release that are still a click

/** Listens on a plot: `onHover(pixel or null)`, `onTap(pixel)`; returns what stops it. */
export function watchPointer(plot, { onHover, onTap }) {
  const stopper = new AbortController();
  const on = (type, act) => plot.addEventListener(type, act, { capture: true, passive: true, signal: stopper.signal });
  let pressed = null;
  on("pointerdown", (event) => {
    pressed = event.isPrimary && event.button === 0 ? event : null;
    onHover(null);
  });
  on("pointermove", (event) => {
    if (event.pointerType === "mouse" && !event.buttons) onHover(pixelOf(plot, event));
  });
  on("pointerout", (event) => { if (!plot.contains(event.relatedTarget)) onHover(null); });
  on("click", (event) => { if (pressed && distance(pressed, event) <= STILL) onTap(pixelOf(plot, event)); });
  // The wheel belongs to the page; with ctrl, which is also what a pinch on a trackpad sends, it zooms.
  on("wheel", (event) => { if (!event.ctrlKey) event.stopPropagation(); });
  shareTouch(on);
  return () => stopper.abort();
}

// One finger up or down scrolls the page; sideways, or two fingers, turns the surface.
function shareTouch(on) {
  let touch = null;
  on("touchstart", (event) => { touch = { at: event.touches[0], scrolls: null }; });
  on("touchmove", (event) => {
    const [dx, dy] = [event.touches[0].clientX - touch.at.clientX, event.touches[0].clientY - touch.at.clientY];
    touch.scrolls ??= event.touches.length === 1 && Math.abs(dy) > Math.abs(dx);
    if (touch.scrolls) event.stopPropagation();
  });
}

function pixelOf(plot, event) {
  const box = plot.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

function distance(one, other) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}
