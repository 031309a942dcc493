"""The catalogue of curves: surfaces over one variable. To add one, write an entry and name it.

A point on a curve has shape (1,), a batch (..., 1): the same step walks here as anywhere. All
critical points inside the domain are listed; how they were found is said in `engine.surfaces`.
"""

from engine.surfaces import surface
from engine.surfaces.surface import find, listed

Curve = surface.Surface
own = surface.own

PARABOLA = Curve(
    key="parabola",
    name="Parabola",
    formula="x^2",
    domain=((-3.0, 3.0),),
    start=(-2.4,),
    critical_points=listed("minimum", [(0.0,)], is_global=True),
    teaches=(
        "The slope is twice the distance to the minimum. Up to a rate of 0.5 each step falls "
        "short, at 0.5 it lands, beyond it overshoots, and beyond 1 it ends higher than it began."
    ),
    source="Downhill",
)

TWO_VALLEYS = Curve(
    key="two_valleys",
    name="Two valleys",
    formula="x^4 - 4*x^2 + x",
    domain=((-2.4, 2.4),),
    start=(2.1,),
    critical_points=(
        *listed("minimum", [(-1.4729976011140302,)], is_global=True),
        *listed("minimum", [(1.346997408527774,)]),
        *listed("maximum", [(0.1260001925862561,)]),
    ),
    teaches=(
        "The valley on the left is deeper, but from the right every small step leads into the "
        "other one. Only a step long enough to cross the hill finds out."
    ),
    source="Downhill",
)

RIPPLES = Curve(
    key="ripples",
    name="Ripples",
    formula="x^2/10 + sin(3*x)",
    domain=((-6.0, 6.0),),
    start=(4.9,),
    critical_points=(
        *listed("minimum", [(-0.5122140283561128,)], is_global=True),
        *listed(
            "minimum",
            [
                (-4.608298882423005,),
                (-2.560806938073543,),
                (1.53658988014775,),
                (3.5847518173037196,),
                (5.631303162965094,),
            ],
        ),
        *listed(
            "maximum",
            [
                (-5.894197755314418,),
                (-3.7494045139671184,),
                (-1.6065664148622716,),
                (0.5355013344612186,),
                (2.6778217297366194,),
                (4.821469176745737,),
            ],
        ),
    ),
    teaches=(
        "A wide valley with ripples on it. The slope underfoot belongs to the ripple, so descent "
        "stops in the first dip; the wide valley is for those who carry momentum."
    ),
    source="Downhill",
)

STEEP_WALLS = Curve(
    key="steep_walls",
    name="Steep walls",
    formula="exp(x) + exp(-x)",
    domain=((-4.0, 4.0),),
    start=(3.2,),
    critical_points=listed("minimum", [(0.0,)], is_global=True),
    teaches=(
        "The slope grows exponentially up the wall. A rate that glides to the minimum from nearby "
        "throws the walker out from further up: it has no single largest safe rate."
    ),
    source="Downhill",
)

PLATEAU = Curve(
    key="plateau",
    name="Plateau",
    formula="1 - exp(-x^2)",
    domain=((-4.0, 4.0),),
    start=(2.0,),
    critical_points=listed("minimum", [(0.0,)], is_global=True),
    teaches=(
        "Away from the dip the slope all but vanishes, and a step is rate times slope. A small "
        "gradient does not mean that the bottom is near."
    ),
    source="Downhill",
)

ABSOLUTE = Curve(
    key="absolute",
    name="Absolute value",
    formula="abs(x)",
    domain=((-3.0, 3.0),),
    start=(-2.35,),
    critical_points=listed("cusp", [(0.0,)], is_global=True),
    teaches=(
        "The slope is 1 or −1, however near the bottom is. Steps of one length hop to and fro "
        "across the kink for ever; only a shrinking rate settles."
    ),
    source="Downhill",
)

CUBIC = Curve(
    key="cubic",
    name="Cubic",
    formula="x^3",
    domain=((-1.5, 1.5),),
    start=(1.2,),
    critical_points=listed("degenerate", [(0.0,)]),
    teaches=(
        "At zero the slope vanishes and yet it is no minimum: left of it the curve falls for "
        "ever. Small steps creep up to it and never pass; one long step does."
    ),
    source="Downhill",
)

CURVES: dict[str, Curve] = {
    curve.key: curve
    for curve in (PARABOLA, TWO_VALLEYS, RIPPLES, STEEP_WALLS, PLATEAU, ABSOLUTE, CUBIC)
}


def lookup(key: str) -> Curve:
    """Return the curve of that key; ValueError naming the known keys if there is none."""
    return find(CURVES, key)
