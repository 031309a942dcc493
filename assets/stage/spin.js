// The hand on the surface in space: a click is a start, a drag turns it, the page still scrolls.

const STILL = 5; // pixels between press and release that are still a click

/** Listens on the plot; returns what stops it. `view.picked` is the spot under the pointer. */
export function watchPointer(view, onStart) {
  const { plot } = view;
  const stopper = new AbortController();
  const on = (type, act) => plot.addEventListener(type, act, { capture: true, passive: true, signal: stopper.signal });
  let pressed = null;
  let touch = null;

  on("pointerdown", (event) => { pressed = event.isPrimary && event.button === 0 ? event : null; });
  on("click", (event) => {
    if (!pressed || distance(pressed, event) > STILL) return;
    // plotly.js finds out what was hit in its next frame, which was asked for before this one.
    requestAnimationFrame(() => {
      const { x, y } = view.picked ?? {};
      if (!view.gone && Number.isFinite(x) && Number.isFinite(y)) onStart([x, y]);
    });
  });
  // The wheel belongs to the page; with ctrl, which is also what a pinch on a trackpad sends, it zooms.
  on("wheel", (event) => { if (!event.ctrlKey) event.stopPropagation(); });
  // One finger up or down scrolls the page; sideways, or two fingers, turns the surface.
  on("touchstart", (event) => { touch = { at: event.touches[0], scrolls: null }; });
  on("touchmove", (event) => {
    const [dx, dy] = [event.touches[0].clientX - touch.at.clientX, event.touches[0].clientY - touch.at.clientY];
    touch.scrolls ??= event.touches.length === 1 && Math.abs(dy) > Math.abs(dx);
    if (touch.scrolls) event.stopPropagation();
  });
  return () => stopper.abort();
}

function distance(one, other) {
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}
