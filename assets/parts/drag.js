// Setting the start with mouse, pen or finger, on the map and on the curve.

/**
 * Listens on a canvas. Places are [x, y] in its own pixels.
 *   grabs(place, touch)  whether a press there takes hold of the start
 *   taps(place)          whether a short tap there sets it
 *   move(place, done)    while it is dragged, and once with done = true
 *   hover(place | null)  where the mouse rests, if nothing is dragged
 *
 * A finger that is not on the start scrolls the page as everywhere else: only a tap sets it.
 */
export function dragStart(canvas, { grabs, taps, move, hover }) {
  let held = null;
  let pressed = null;
  let latest = null;
  const place = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  canvas.style.touchAction = "pan-x pan-y pinch-zoom";
  canvas.addEventListener("touchstart", (event) => {
    const touch = event.touches[0];
    if (event.touches.length === 1 && grabs(place(touch), true)) event.preventDefault();
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    pressed = place(event);
    if (!grabs(pressed, event.pointerType === "touch")) return;
    canvas.setPointerCapture(event.pointerId);
    held = event.pointerId;
    latest = pressed;
    move(latest, false);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId === held) {
      latest = place(event);
      move(latest, false);
    } else if (event.pointerType === "mouse") {
      hover(place(event));
    }
  });
  canvas.addEventListener("pointerup", (event) => {
    const at = place(event);
    if (event.pointerId === held) move(at, true);
    else if (pressed && Math.hypot(at[0] - pressed[0], at[1] - pressed[1]) < 10 && taps(at)) move(at, true);
    held = pressed = null;
  });
  canvas.addEventListener("pointercancel", (event) => {
    if (event.pointerId === held) move(latest, true);
    held = pressed = null;
  });
  canvas.addEventListener("pointerleave", () => hover(null));
}
