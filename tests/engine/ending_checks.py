"""An independent opinion on endings: values alone, asked one point at a time in plain loops.

Nothing of the engine's own evidence is used here: slopes are central differences of values,
minima are looked for on rings of many directions, and facts come from the catalogue's lists.
`objection(run, ending)` returns why an ending cannot be right, or "" if nothing speaks against it.
"""

from math import cos, dist, hypot, inf, isfinite, log, nan, pi, sin

import numpy as np

from engine.descent import step

THERE = 1e-3  # of the picture's diagonal: what the eye would call the same place


class Walk:
    """The facts about a single run, as floats and lists."""

    def __init__(self, run):
        self.run, self.objective = run, run.objective
        self.points = [tuple(map(float, p)) for p in run.points]
        self.costs = [float(v) for v in run.values]
        self.domain = self.objective.domain
        self.diagonal = hypot(*(high - low for low, high in self.domain))
        self.lengths = [dist(a, b) for a, b in zip(self.points, self.points[1:], strict=False)]
        self.end, self.cost = self.points[-1], self.costs[-1]

    def value(self, point):
        with np.errstate(all="ignore"):
            return float(self.objective.value(np.array(point)))

    def directions(self, count=96):
        if len(self.end) == 1:
            return [(1.0,), (-1.0,)]
        return [(cos(2 * pi * i / count), sin(2 * pi * i / count)) for i in range(count)]

    def along(self, direction, length):
        return tuple(e + length * d for e, d in zip(self.end, direction, strict=True))

    def ring(self, radius):
        """Costs around the end less the cost there."""
        return [self.value(self.along(d, radius)) - self.cost for d in self.directions()]

    def noise(self, *costs):
        return 1e-12 * (abs(self.cost) + max((abs(c) for c in costs if isfinite(c)), default=0.0))

    def slope(self):
        """Length of the gradient by central differences of a width that suits the picture."""
        width = 1e-6 * self.diagonal
        parts = []
        for i in range(len(self.end)):
            way = [1.0 if j == i else 0.0 for j in range(len(self.end))]
            up, down = self.value(self.along(way, width)), self.value(self.along(way, -width))
            parts.append((up - down) / (2 * width))
        return hypot(*parts)

    def next_place(self):
        """Where the step after the last row would lead."""
        segment = self.run.segments[-1]
        point, _ = step(
            self.objective,
            segment.optimizer,
            self.run.points[-1],
            self.run.state,
            segment.settings,
            self.run.steps,
        )
        return tuple(map(float, point))

    def inside(self):
        return all(low <= x <= high for x, (low, high) in zip(self.end, self.domain, strict=True))

    def nearest(self, kinds):
        """Distance to the nearest listed critical point of these kinds."""
        listed = [c.point for c in self.objective.critical_points if c.kind in kinds]
        return min((dist(self.end, point) for point in listed), default=inf)

    def picture(self):
        """Costs on a coarse grid over the picture."""
        stops = [[low + (high - low) * i / 12 for i in range(13)] for low, high in self.domain]
        places = [(x,) for x in stops[0]]
        if len(stops) == 2:
            places = [(x, y) for x in stops[0] for y in stops[1]]
        return sorted(c for c in map(self.value, places) if isfinite(c))


def objection(run, ending):
    """Return why this ending of a single run cannot be right, or "" where nothing is wrong."""
    walk = Walk(run)
    if not 0 <= ending.step <= run.steps:
        return f"row {ending.step} is none of 0 to {run.steps}"
    if len(ending.sentence) < 20 or not ending.sentence.endswith("."):
        return f"no sentence: {ending.sentence!r}"
    if "nan" in ending.sentence or "inf" in ending.sentence.replace("infinity", "").replace(
        "inflection", ""
    ):
        return f"a number that is none: {ending.sentence!r}"
    tip = "minimum" in ending.kind and not np.isfinite(run.gradients[-1]).all()
    if run.lost >= 0 and ending.kind not in ("diverged", "no_bottom", "undefined") and not tip:
        return f"a lost walker cannot be {ending.kind}"
    return _OBJECTIONS[ending.kind](walk, ending)


def _stays(walk, ending):
    """Say so if the walker leaves its last place again after the row given."""
    away = max(dist(p, walk.end) for p in walk.points[ending.step :])
    if away > THERE * walk.diagonal:
        return f"{away} away after row {ending.step}"
    if not np.isfinite(walk.run.gradients[-1]).all():
        return ""  # the tip of a cusp: no slope, so no next step
    ahead = dist(walk.next_place(), walk.end)
    return f"the next step is {ahead} long" if not ahead <= THERE * walk.diagonal else ""


def _minimum(walk, ending):
    radii = [THERE * walk.diagonal * share for share in (1, 0.5, 0.2, 0.1, 0.03, 0.01, 0.003)]
    rings = [walk.ring(radius) for radius in radii]
    enclosed = any(min(ring) > 0 for ring in rings)
    costs = walk.picture()
    hair = 1e-9 * (costs[-1] - costs[0])
    level = all(min(ring) >= -hair - walk.noise(*ring) for ring in rings)
    if not (enclosed or level):
        return f"lower neighbours on every ring: {[min(ring) for ring in rings]}"
    if walk.objective.key and walk.inside():
        away = walk.nearest(("minimum", "cusp"))
        if away > 2 * THERE * walk.diagonal:
            return f"the nearest listed minimum is {away} away"
    return _stays(walk, ending)


def _global_minimum(walk, ending):
    best = [c.point for c in walk.objective.critical_points if c.is_global]
    if min((dist(walk.end, p) for p in best), default=inf) > THERE * walk.diagonal:
        return "no listed global minimum is near"
    lower = walk.cost - min(map(walk.value, best))
    if lower > 0.01 * (walk.picture()[-1] - walk.picture()[0]):
        return f"a listed minimum is lower by {lower}"
    return _minimum(walk, ending)


def _local_minimum(walk, ending):
    best = [c.point for c in walk.objective.critical_points if c.is_global]
    if min((dist(walk.end, p) for p in best), default=inf) < 1e-4 * walk.diagonal:
        return "this is a listed global minimum"
    return _minimum(walk, ending)


def _saddle(walk, ending):
    radius = THERE * walk.diagonal
    ring = walk.ring(radius)
    if min(ring) >= 0:
        return "no neighbour is lower"
    if all(min(walk.ring(radius * s)) > walk.noise() for s in (0.3, 0.1, 0.03)):
        return "a minimum: every small ring is higher"
    # A slope lowers one side as much as it raises the other; bending does not.
    if walk.slope() * radius > 4 * max(map(abs, ring)):
        return "the slope explains the lower neighbours"
    if walk.objective.key and walk.inside():
        away = walk.nearest(("saddle", "maximum", "degenerate"))
        if away > 2 * THERE * walk.diagonal:
            return f"the nearest listed saddle is {away} away"
    return _stays(walk, ending)


def _plateau(walk, ending):
    costs = walk.picture()
    spread = costs[-1] - costs[0]
    ring = walk.ring(0.01 * walk.diagonal)
    if max(map(abs, ring)) > 1e-3 * spread:
        return f"the ground is not flat: {max(map(abs, ring))} of {spread}"
    if walk.slope() * walk.diagonal > 0.01 * spread:
        return f"slope {walk.slope()}"
    if walk.objective.key and walk.inside():
        away = walk.nearest(("minimum",))
        if away < 1e-4 * walk.diagonal:
            return "this is a listed minimum"
    return _stays(walk, ending)


def _bouncing(walk, ending):
    taken = len(walk.lengths)
    if taken < 4:
        return "too few steps to tell"
    late = max(taken // 3, min(taken, 8))
    lengths, points = walk.lengths[-late:], walk.points[-late - 1 :]
    if max(lengths) < 1e-4 * walk.diagonal:
        return "it hardly moves"
    if dist(points[0], points[-1]) > 0.5 * sum(lengths):
        return "it gets on"
    half = late // 2
    if max(lengths[half:]) < 0.5 * max(lengths[:half]):
        return "its steps shrink"
    before, after = walk.costs[-late:-half], walk.costs[-half:]
    if max(after) < min(before):
        return "its cost falls"
    return ""


def _held(walk, ending):
    settings = walk.run.segments[-1].settings
    if not settings.get("weight_decay", 0.0) > 0:
        return "there is no weight decay"
    pull = settings["learning_rate"] * settings["weight_decay"] * hypot(*walk.end)
    ahead = dist(walk.next_place(), walk.end)
    if ahead > 0.2 * pull:
        return f"the next step, {ahead}, is not small beside the pull, {pull}"
    lower = min(min(walk.ring(THERE * walk.diagonal * share)) for share in (1, 0.1, 0.01))
    return "" if lower < 0 else "this is a minimum"


def _running(walk, ending):
    if ending.step != walk.run.steps:
        return "it runs, so its row is the last"
    if len(walk.points) > 12 and not isfinite(walk.cost):
        return "no cost"
    late = walk.points[-12:]
    near = max(dist(p, walk.end) for p in late) < 1e-5 * walk.diagonal
    ahead = dist(walk.next_place(), walk.end)
    if not isfinite(ahead):
        return "there is no next step"
    if near and ahead < 1e-6 * walk.diagonal and walk.objective.key:
        if walk.nearest(("minimum",)) < 1e-5 * walk.diagonal:
            return "at rest at a listed minimum"
        listed = [c.point for c in walk.objective.critical_points if c.kind != "minimum"]
        there = min(listed, key=lambda point: dist(point, walk.end), default=None)
        if there is not None and dist(there, walk.end) < 1e-5 * walk.diagonal:
            # One that is off the ridge is not at rest: along the way that falls most it gets
            # further away from row to row, even while it still comes nearer along the ridge.
            falls = min(zip(walk.ring(THERE * walk.diagonal), walk.directions(), strict=True))[1]
            away = [
                abs(sum(f * (x - y) for f, x, y in zip(falls, point, there, strict=True)))
                for point in walk.points[-3:]
            ]
            if away != sorted(away) or away[-1] < 1e-12 * walk.diagonal:
                return "at rest at a listed saddle"
    if _blown_up(walk):
        return "its cost grows without bound"
    return ""


def _blown_up(walk):
    """Whether the cost is at its highest, beyond all in the picture, and doubles at every step."""
    doubles = len(walk.costs) > 6 and all(
        b > 2 * a > 0 for a, b in zip(walk.costs[-6:], walk.costs[-5:], strict=False)
    )
    bound = 2e4 * max(abs(walk.costs[0]), *map(abs, walk.picture()))
    return doubles and walk.cost >= max(walk.costs) and walk.cost > bound


def _rim(walk, ahead):
    """Return the last finite cost on the way to a point without one, by bisection."""
    low, high, value = 0.0, 1.0, walk.cost
    for _ in range(1100):
        middle = (low * high) ** 0.5 if 0 < 2 * low < high else (low + high) / 2
        if low == 0 and high > 1e-300:
            middle = high / 2
        if middle in (low, high):
            break
        place = tuple(e + middle * (a - e) for e, a in zip(walk.end, ahead, strict=True))
        cost = walk.value(place)
        if isfinite(cost):
            low, value = middle, cost
        else:
            high = middle
    return value


def _undefined(walk, ending):
    if not isfinite(walk.cost):
        return "" if walk.run.steps == 0 else "an infinite cost was recorded"
    if walk.objective.key:
        return "the formulas of the catalogue have values everywhere"
    ahead = walk.next_place()
    if not all(map(isfinite, ahead)):
        return "" if abs(walk.cost) < 1e200 else "an overflow"
    if isfinite(walk.value(ahead)):
        return "the next step has a cost"
    rim = _rim(walk, ahead)
    return "" if abs(rim) < 1e200 else f"an overflow: the last cost on the way is {rim}"


def _far_ahead(walk):
    """The logarithm of how far the walker gets, next step included, in diagonals."""
    ahead = walk.next_place() if walk.run.lost >= 0 else walk.end
    largest = max((abs(x) for x in ahead), default=0.0)
    return inf if not isfinite(largest) else log(max(largest / walk.diagonal, 1e-300))


def _diverged(walk, ending):
    if ending.step != walk.run.steps:
        return "its row is the last"
    if walk.run.lost >= 0:
        ahead = walk.next_place()
        cost = walk.value(ahead) if all(map(isfinite, ahead)) else nan
        if isfinite(cost) and max(map(abs, ahead)) <= 1e100:
            return "the next step has a place and a cost"
        rim = _rim(walk, ahead) if all(map(isfinite, ahead)) else nan
        if not walk.objective.key and abs(rim) < 1e200 and max(map(abs, ahead)) <= 1e100:
            return "the formula has no value there"
        falling = not rim > 0 and all(
            b < a for a, b in zip(walk.costs[-6:], walk.costs[-5:], strict=False)
        )
        if falling and len(walk.costs) > 6 and walk.cost < -1e6 * (1 + abs(walk.costs[0])):
            return "its cost falls and falls"
        overflow = abs(rim) > 1e200
        far = _far_ahead(walk) > log(10) or abs(walk.cost) > 1e6
        return "" if far or overflow else "it is not far"
    third = max(len(walk.lengths) // 3, 2)
    far = max(map(abs, walk.end)) > 10 * walk.diagonal
    if max(walk.costs[-third:]) <= max(walk.costs[:-third]) and not far:
        return "its cost has been higher"
    if max(walk.lengths[-third:]) <= max(walk.lengths[:third]) and not _blown_up(walk):
        return "its steps do not grow"
    return ""


def _no_bottom(walk, ending):
    if ending.step != walk.run.steps:
        return "its row is the last"
    costs = walk.picture()
    if walk.run.steps == 0:
        return "" if walk.run.lost >= 0 else "no step taken"
    if walk.cost >= walk.costs[0]:
        return "its cost has not fallen"
    if costs and walk.cost > costs[0]:
        return "the picture shows lower costs"
    a, b = walk.points[-2:]
    way = [(y - x) / walk.lengths[-1] for x, y in zip(a, b, strict=True)]
    reach = walk.diagonal + hypot(*walk.end)
    seen = [walk.value(walk.along(way, reach * 3.0**i)) for i in range(6)]
    while seen and np.isnan(seen[-1]) and abs(walk.cost) > 1e250:
        seen.pop()  # an overflow, which says nothing
    falls = all(b < a or b == -inf for a, b in zip([walk.cost, *seen], seen, strict=False))
    return "" if falls else f"further on the costs are {seen}"


_OBJECTIONS = {
    "running": _running,
    "global_minimum": _global_minimum,
    "minimum": _local_minimum,
    "saddle": _saddle,
    "plateau": _plateau,
    "bouncing": _bouncing,
    "held": _held,
    "diverged": _diverged,
    "no_bottom": _no_bottom,
    "undefined": _undefined,
}
