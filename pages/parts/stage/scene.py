"""What a stage shows, as one value: the landscape, the start, the walkers, and where one looks.

A scene is never changed, only replaced: every function here takes one and returns another, so
a click, a link and a test all go the same road. What cannot be done raises ValueError with the
reason; the caller decides who hears it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.descent.walk import SettingValue
from engine.houses.price_surface import PriceSurface, SalesSurface, SampledSurface
from engine.inspection.landscape import PlaneCost
from engine.optimizers import OPTIMIZERS, Optimizer
from engine.optimizers.schedules import CONSTANT, Plan, plan, scheduled
from engine.surfaces import SURFACES, Surface
from engine.surfaces.curves import CURVES, Curve
from engine.surfaces.noise import Noisy
from engine.terrain import default_rate

MOST_WALKERS = 6
"""As many as there are colours that all eyes can tell apart on light and on dark."""

MOST_LEGS = 12
"""How often a way may fork; more would not fit into an address."""

MOST_NOISE = 10.0
"""How many times the usual slope a walker's noise may be."""

STEPS = (20, 50, 100, 200, 500, 1000)
"""How long a walk may be."""

CATALOGUES: dict[int, Mapping[str, Surface | Curve]] = {1: CURVES, 2: SURFACES}
"""What there is to walk on, by dimension."""


@dataclass(frozen=True)
class Leg:
    """A stretch of a way: an optimizer's key, all its settings, and the first step it takes.

    `plan` is the schedule of its learning rate, counted from the start of the way.
    """

    optimizer: str
    settings: Mapping[str, float]
    start: int = 0
    plan: Plan = CONSTANT

    def __hash__(self) -> int:
        return hash((self.optimizer, frozenset(self.settings.items()), self.start, self.plan))

    @property
    def walked(self) -> dict[str, SettingValue]:
        """The settings as the engine takes them: the rate on its schedule."""
        return {
            **self.settings,
            "learning_rate": scheduled(self.settings["learning_rate"], self.plan),
        }


@dataclass(frozen=True)
class Walker:
    """One walker: its colour's slot, 0 … 5, and the legs of its way (more than one: a fork).

    Legs start at rising steps, the first at 0; a fork is its parent's legs up to the step at
    which it left, and one more of its own. `batch` is how many examples each of its steps takes,
    0 for all of them; without examples it is 0. `noise`: how far off its slopes are, as a share of
    the landscape's usual slope.
    """

    slot: int
    legs: tuple[Leg, ...]
    batch: int = 0
    noise: float = 0.0

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer it walks with now."""
        return OPTIMIZERS[self.legs[-1].optimizer]

    @property
    def fork(self) -> int | None:
        """The step at which it left its parent, or None."""
        return self.legs[-1].start if len(self.legs) > 1 else None


@dataclass(frozen=True)
class Scene:
    """Everything a link must bring back. `focus` is the walker whose rate the dial holds.

    `seed` decides the order in which walkers with mini-batches meet the examples.
    """

    landscape: Surface | Curve
    start: tuple[float, ...]
    walkers: tuple[Walker, ...]
    steps: int = 200
    focus: int = 0
    step: int = 0
    seed: int = 0


def fresh_leg(
    landscape: Surface | Curve, optimizer: str, start: int = 0, on_plan: Plan = CONSTANT
) -> Leg:
    """Return a leg with the optimizer's defaults and the rate that suits the landscape."""
    entry = _optimizer(optimizer)
    settings = {setting.key: setting.default for setting in entry.settings}
    settings["learning_rate"] = default_rate(landscape, entry)
    return Leg(optimizer, settings, start, on_plan)


def new(landscape: Surface | Curve, optimizers: tuple[str, ...], steps: int = 200) -> Scene:
    """Return the scene of a landscape's own start with fresh walkers."""
    walkers = tuple(Walker(i, (fresh_leg(landscape, key),)) for i, key in enumerate(optimizers))
    return Scene(landscape, landscape.start, walkers, steps)


def on(scene: Scene, landscape: Surface | Curve) -> Scene:
    """Return the same optimizers and schedules at the start of another landscape, at rates for it.

    Forks stay behind: the step at which they left meant something only where they left.
    """
    staying = [w for w in scene.walkers if w.fork is None]
    keys = tuple(w.optimizer.key for w in staying)
    moved = new(landscape, keys or ("gradient_descent",), scene.steps)
    kept = [(w.noise, w.legs[-1].plan) for w in staying] or [(0.0, CONSTANT)]
    walkers = tuple(
        replace(w, noise=noise, legs=(replace(w.legs[0], plan=on_plan),))
        for w, (noise, on_plan) in zip(moved.walkers, kept, strict=True)
    )
    return replace(moved, walkers=walkers)


def from_start(scene: Scene, start: tuple[float, ...]) -> Scene:
    """Return the scene begun at another point of the landscape's picture or beyond it."""
    if len(start) != scene.landscape.dimension or not all(map(math.isfinite, start)):
        raise ValueError(f"a start is {scene.landscape.dimension} finite numbers, not {start}")
    if any(abs(x) > 1e6 for x in start):
        raise ValueError("a start lies within a million of the origin")
    return replace(scene, start=start)


def with_setting(scene: Scene, walker: int, key: str, value: float) -> Scene:
    """Return the scene with one setting of one walker (its last leg) changed.

    It is a setting of its optimizer or of its schedule.
    """
    old = _walker(scene, walker)
    last = old.legs[-1]
    if key in (own := dict(last.plan.settings)):
        changed = replace(last, plan=plan(last.plan.schedule, **{**own, key: value}))
    elif key in last.settings:
        changed = replace(last, settings={**last.settings, key: value})
    else:
        raise ValueError(f"{old.optimizer.name} has no setting {key!r}")
    check_settings(changed)
    return _replaced(scene, walker, replace(old, legs=(*old.legs[:-1], changed)))


def with_schedule(scene: Scene, walker: int, schedule: str) -> Scene:
    """Return the scene with a walker's last leg on another schedule, with that one's defaults."""
    old = _walker(scene, walker)
    changed = replace(old.legs[-1], plan=plan(schedule))
    return _replaced(scene, walker, replace(old, legs=(*old.legs[:-1], changed)))


def with_optimizer(scene: Scene, walker: int, optimizer: str) -> Scene:
    """Return the scene with a walker that takes another optimizer from its last leg on."""
    old = _walker(scene, walker)
    last = old.legs[-1]
    fresh = fresh_leg(scene.landscape, optimizer, last.start, last.plan)
    return _replaced(scene, walker, replace(old, legs=(*old.legs[:-1], fresh)))


def with_batch(scene: Scene, walker: int, batch: int) -> Scene:
    """Return the scene with a walker whose steps take so many examples, 0 for all."""
    old = _walker(scene, walker)
    count, most = examples(scene.landscape), most_examples(scene.landscape)
    if not (0 <= batch <= most or batch == count):
        raise ValueError(f"a step takes 1 to {most:,} examples, or all of them")
    return _replaced(scene, walker, replace(old, batch=batch if batch < count else 0))


def with_seed(scene: Scene, seed: int) -> Scene:
    """Return the scene with the examples in another order."""
    if not 0 <= seed < 1_000_000:
        raise ValueError("a seed goes from 0 to 999,999")
    return replace(scene, seed=seed)


def examples(landscape: Surface | Curve) -> int:
    """Return how many examples a landscape's cost is the mean of, 0 if it is none."""
    return landscape.count if isinstance(landscape, PriceSurface) else 0


def is_given(landscape: Surface | Curve) -> bool:
    """Return whether the page says what is walked on, so that no link can bring another."""
    return isinstance(landscape, (PriceSurface, PlaneCost))


def most_examples(landscape: Surface | Curve) -> int:
    """Return the largest mini-batch of a landscape that has its rows; a step may also take all."""
    return min(landscape.count, 10_000) if isinstance(landscape, SalesSurface) else 0


def objective(scene: Scene, walker: Walker) -> Surface | Curve | SampledSurface | Noisy:
    """Return what a walker feels: the landscape, a mini-batch of it at each step, or noise."""
    if walker.noise:
        return Noisy(scene.landscape, walker.noise, scene.seed)
    if isinstance(scene.landscape, SalesSurface) and 0 < walker.batch < scene.landscape.count:
        return scene.landscape.sampled(walker.batch, scene.seed)
    return scene.landscape


def added(scene: Scene, optimizer: str) -> Scene:
    """Return the scene with one more walker, in the first free colour and in focus."""
    _room(scene)
    walker = Walker(_free_slot(scene), (fresh_leg(scene.landscape, optimizer),))
    return replace(scene, walkers=(*scene.walkers, walker), focus=len(scene.walkers))


def with_noise(scene: Scene, walker: int, noise: float) -> Scene:
    """Return the scene with one walker's slopes off by this share of the usual slope."""
    if not 0.0 <= noise <= MOST_NOISE:
        raise ValueError(f"the noise goes from 0 to {MOST_NOISE:g} times the usual slope")
    return _replaced(scene, walker, replace(_walker(scene, walker), noise=noise))


def removed(scene: Scene, walker: int) -> Scene:
    """Return the scene without a walker; the last one stays."""
    _walker(scene, walker)
    if len(scene.walkers) == 1:
        raise ValueError("the last walker stays")
    rest = tuple(w for index, w in enumerate(scene.walkers) if index != walker)
    focus = scene.focus - (scene.focus > walker or scene.focus == len(rest))
    return replace(scene, walkers=rest, focus=max(focus, 0))


def forked(scene: Scene, walker: int, step: int, factor: float, optimizer: str = "") -> Scene:
    """Return the scene with a fork of a walker at a step, in focus.

    It keeps its parent's colour and way up to that step, and its schedule goes on; from there it
    has `factor` times the rate, or another optimizer at that one's own rate. At step 0 there is no
    way to keep: that is a walker of its own, with a colour of its own.
    """
    _room(scene)
    parent = _walker(scene, walker)
    if not 0 <= step < scene.steps:
        raise ValueError(f"a fork leaves between step 0 and step {scene.steps - 1}")
    kept = tuple(leg for leg in parent.legs if leg.start < step)
    last = max((leg for leg in parent.legs if leg.start <= step), key=lambda leg: leg.start)
    if optimizer:
        leaving = fresh_leg(scene.landscape, optimizer, step, last.plan)
    else:
        rate = last.settings["learning_rate"] * factor
        leaving = replace(last, settings={**last.settings, "learning_rate": rate}, start=step)
    if len(kept) >= MOST_LEGS:
        raise ValueError(f"a way forks at most {MOST_LEGS - 1} times")
    check_settings(leaving)
    slot = parent.slot if kept else _free_slot(scene)
    fork = Walker(slot, (*kept, leaving), parent.batch, parent.noise)
    return replace(scene, walkers=(*scene.walkers, fork), focus=len(scene.walkers), step=step)


def with_focus(scene: Scene, walker: int) -> Scene:
    """Return the scene with the dial on another walker."""
    _walker(scene, walker)
    return replace(scene, focus=walker)


def with_steps(scene: Scene, steps: int) -> Scene:
    """Return the scene with longer or shorter walks; forks that would leave later are dropped."""
    if steps not in STEPS:
        raise ValueError(f"a walk has one of {STEPS} steps")
    walkers = tuple(w for w in scene.walkers if (w.fork or 0) < steps)
    focus = min(scene.focus, len(walkers) - 1)
    return replace(scene, walkers=walkers, steps=steps, focus=focus, step=min(scene.step, steps))


def lengthened(scene: Scene, steps: int) -> Scene:
    """Return the scene with longer walks, for measuring; never for the stage, whose walks are."""
    return replace(scene, steps=max(steps, scene.steps))


def check_settings(leg: Leg) -> None:
    """Raise ValueError where a setting of a leg is outside its optimizer's range."""
    for setting in OPTIMIZERS[leg.optimizer].settings:
        if not setting.low <= leg.settings[setting.key] <= setting.high:  # NaN fails too
            raise ValueError(f"{setting.name} goes from {setting.low:g} to {setting.high:g}")


def _optimizer(key: str) -> Optimizer:
    if key not in OPTIMIZERS:
        raise ValueError(f"there is no optimizer {key!r}")
    return OPTIMIZERS[key]


def _walker(scene: Scene, index: int) -> Walker:
    if not 0 <= index < len(scene.walkers):
        raise ValueError(f"there is no walker {index}")
    return scene.walkers[index]


def _room(scene: Scene) -> None:
    if len(scene.walkers) >= MOST_WALKERS:
        raise ValueError(f"there is room for {MOST_WALKERS} walkers")


def _free_slot(scene: Scene) -> int:
    used = {walker.slot for walker in scene.walkers}
    return next((slot for slot in range(MOST_WALKERS) if slot not in used), 0)


def _replaced(scene: Scene, index: int, walker: Walker) -> Scene:
    walkers = tuple(walker if i == index else w for i, w in enumerate(scene.walkers))
    return replace(scene, walkers=walkers)
