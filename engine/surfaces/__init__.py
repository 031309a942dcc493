"""The catalogue of surfaces. An entry is one formula and the facts around it.

Nobody writes a derivative here: `engine.formula` gets gradient, Hessian and LaTeX out of the text,
and a formula typed by a visitor takes the same road through `own`. To add a surface, write one
entry and name it in `SURFACES`.

All critical points inside the domain are listed, in full double precision. They were found by
Newton's method from thousands of starts with 40 digits, which no code here repeats; the tests
check each of them and look for minima that a list might have missed.

Sources beside the first authors: M. Jamil, X.-S. Yang, "A literature survey of benchmark functions
for global optimisation problems", 2013; S. Surjanovic, D. Bingham, "Virtual library of simulation
experiments", Simon Fraser University.
"""

from itertools import product
from math import pi

from engine.surfaces.surface import CriticalPoint as CriticalPoint
from engine.surfaces.surface import Surface as Surface
from engine.surfaces.surface import find, listed, mirrored, opposite
from engine.surfaces.surface import own as own

BOWL = Surface(
    key="bowl",
    name="Bowl",
    formula="x^2 + y^2",
    domain=((-3.0, 3.0), (-3.0, 3.0)),
    start=(-2.2, 1.6),
    critical_points=listed("minimum", [(0.0, 0.0)], is_global=True),
    teaches=(
        "One minimum and the same curvature in every direction, so the steepest way down points "
        "straight at it. A rate of 0.5 arrives in one step; above 1 every step ends higher."
    ),
    source="Downhill",
)

RAVINE = Surface(
    key="ravine",
    name="Ravine",
    formula="(x^2 + 100*y^2)/2",
    domain=((-4.0, 4.0), (-2.0, 2.0)),
    start=(-3.4, 1.1),
    critical_points=listed("minimum", [(0.0, 0.0)], is_global=True),
    teaches=(
        "A hundred times more curved across than along. The steep direction limits the rate to "
        "0.02, and with that the flat one crawls: this is what momentum is for."
    ),
    source="Downhill; the quadratic of condition number 100",
)

SADDLE = Surface(
    key="saddle",
    name="Saddle",
    formula="x^2 - y^2",
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-1.7, 0.0001),
    critical_points=listed("saddle", [(0.0, 0.0)]),
    teaches=(
        "A valley along x, a ridge along y. The walker seems to arrive where the slope is nearly "
        "zero, but a ten-thousandth off the ridge is enough: every step multiplies that distance."
    ),
    source="Downhill",
)

MONKEY_SADDLE = Surface(
    key="monkey_saddle",
    name="Monkey saddle",
    formula="x^3 - 3*x*y^2",
    domain=((-1.5, 1.5), (-1.5, 1.5)),
    start=(1.2, 0.02),
    critical_points=listed("degenerate", [(0.0, 0.0)]),
    teaches=(
        "Three ways down and three ways up meet where slope and curvature are both zero. The "
        "slope fades with the square of the distance, so the walker lingers far longer than at "
        "a plain saddle."
    ),
    source="Downhill; the real part of (x + iy)³",
)

TWO_WELLS = Surface(
    key="two_wells",
    name="Two wells",
    formula="x^4 - 2*x^2 + 0.4*x + 2*y^2",
    domain=((-1.8, 1.8), (-1.8, 1.8)),
    start=(1.6, 1.2),
    critical_points=(
        *listed("minimum", [(-1.0466805318046022, 0.0)], is_global=True),
        *listed("minimum", [(0.9456492739235914, 0.0)]),
        *listed("saddle", [(0.10103125788101082, 0.0)]),
    ),
    teaches=(
        "The nearer well is not the deeper one. Plain descent stays in the well it starts in; "
        "momentum can carry the walker over the pass."
    ),
    source="Downhill",
)

ROSENBROCK = Surface(
    key="rosenbrock",
    name="Rosenbrock",
    formula="(1 - x)^2 + 100*(y - x^2)^2",
    domain=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.2, 1.0),
    critical_points=listed("minimum", [(1.0, 1.0)], is_global=True),
    teaches=(
        "A bent valley with steep walls and an almost level floor. To find the valley takes a few "
        "steps, to follow it takes thousands."
    ),
    source=(
        "H. H. Rosenbrock, 1960, An automatic method for finding the greatest or least value of a "
        "function"
    ),
)

HIMMELBLAU = Surface(
    key="himmelblau",
    name="Himmelblau",
    formula="(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(0.5, -0.5),
    critical_points=(
        *listed(
            "minimum",
            [
                (3.0, 2.0),
                (-2.805118086952745, 3.131312518250573),
                (-3.779310253377747, -3.2831859912861696),
                (3.5844283403304917, -1.8481265269644036),
            ],
            is_global=True,
        ),
        *listed(
            "saddle",
            [
                (3.385154183607021, 0.07385187983774928),
                (0.08667750455539636, 2.884254701174776),
                (-3.0730257507643897, -0.08135304428796751),
                (-0.12796134673068008, -1.9537149802445763),
            ],
        ),
        *listed("maximum", [(-0.2708445906673476, -0.9230385564799815)]),
    ),
    teaches=(
        "Four minima, all equally deep. Which one the walker reaches depends on where it starts "
        "and, when the steps are long, on the learning rate."
    ),
    source="D. M. Himmelblau, 1972, Applied Nonlinear Programming",
)

BEALE = Surface(
    key="beale",
    name="Beale",
    formula="(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
    domain=((-4.5, 4.5), (-4.5, 4.5)),
    start=(0.5, -0.5),
    critical_points=(
        *listed("minimum", [(3.0, 0.5)], is_global=True),
        *listed("saddle", [(0.0, 1.0), (0.10053793732415836, -2.644513585023125)]),
    ),
    teaches=(
        "Flat in the middle, walls of more than a hundred thousand at the corners. A rate that is "
        "safe on the wall is far too small for the floor."
    ),
    source=(
        "E. M. L. Beale, 1958, On an iterative method for finding a local minimum of a function "
        "of more than one variable"
    ),
)

BOOTH = Surface(
    key="booth",
    name="Booth",
    formula="(x + 2*y - 7)^2 + (2*x + y - 5)^2",
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    start=(-7.5, -4.0),
    critical_points=listed("minimum", [(1.0, 3.0)], is_global=True),
    teaches=(
        "Nine times more curved along one diagonal than along the other: 18 and 2. Both variables "
        "share in both directions, so a rate of its own for each cannot make it round."
    ),
    source="Booth's function as in Jamil and Yang, 2013",
)

THREE_HUMP_CAMEL = Surface(
    key="three_hump_camel",
    name="Three-hump camel",
    formula="2*x^2 - 1.05*x^4 + x^6/6 + x*y + y^2",
    domain=((-2.5, 2.5), (-2.5, 2.5)),
    start=(1.85, 1.6),
    critical_points=(
        *listed("minimum", [(0.0, 0.0)], is_global=True),
        *listed("minimum", opposite((1.7475523458302888, -0.8737761729151444))),
        *listed("saddle", opposite((1.07054229182366, -0.53527114591183))),
    ),
    teaches=(
        "Three minima in a row, the middle one deepest. A walker that starts outside stops in an "
        "outer one, 0.3 above the best."
    ),
    source="F. H. Branin, 1972, as in Jamil and Yang, 2013",
)

SIX_HUMP_CAMEL = Surface(
    key="six_hump_camel",
    name="Six-hump camel",
    formula="(4 - 2.1*x^2 + x^4/3)*x^2 + x*y + (4*y^2 - 4)*y^2",
    domain=((-2.1, 2.1), (-1.2, 1.2)),
    start=(0.9, 0.12),
    critical_points=(
        *listed("minimum", opposite((0.08984201310031806, -0.7126564030207396)), is_global=True),
        *listed(
            "minimum",
            opposite(
                (1.703606714969981, -0.7960835686726251), (1.6071047529201972, 0.5686514548841314)
            ),
        ),
        *listed("maximum", opposite((1.2302298765166526, 0.16233458445899496))),
        *listed("saddle", [(0.0, 0.0)]),
        *listed(
            "saddle",
            opposite(
                (1.1092053368047865, -0.7682680925095399),
                (1.6380679841897785, 0.22867406904439408),
                (1.2960702671671092, 0.6050843880386585),
            ),
        ),
    ),
    teaches=(
        "Six minima of three depths: every point and its mirror image across the origin cost the "
        "same. Two starts a hair apart on the ridge part for good."
    ),
    source="L. C. W. Dixon, G. P. Szegő, 1978, Towards Global Optimisation 2",
)

STYBLINSKI_TANG = Surface(
    key="styblinski_tang",
    name="Styblinski-Tang",
    formula="(x^4 - 16*x^2 + 5*x + y^4 - 16*y^2 + 5*y)/2",
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(0.4, 4.2),
    critical_points=(
        *listed("minimum", [(-2.903534027771177, -2.903534027771177)], is_global=True),
        *listed(
            "minimum",
            [
                (-2.903534027771177, 2.746802770990837),
                (2.746802770990837, -2.903534027771177),
                (2.746802770990837, 2.746802770990837),
            ],
        ),
        *listed("maximum", [(0.1567312567803401, 0.1567312567803401)]),
        *listed(
            "saddle",
            [
                (-2.903534027771177, 0.1567312567803401),
                (0.1567312567803401, -2.903534027771177),
                (0.1567312567803401, 2.746802770990837),
                (2.746802770990837, 0.1567312567803401),
            ],
        ),
    ),
    teaches=(
        "Four wells, one of them deepest. The variables do not touch each other: each slides into "
        "the well on its own side of 0.157."
    ),
    source="M. A. Styblinski, T.-S. Tang, 1990, Experiments in nonconvex optimization",
)

# One variable of Rastrigin's sum: the places right of zero, and their mirror images.
_DENTS = (0.9949586376523348, 1.9899122337085495, 2.984855701039481, 3.9797838603007536)
_LOW = (0.0, *(sign * x for x in (*_DENTS, 4.974691390895051) for sign in (-1, 1)))
_RIDGES = (0.5025460365546747, 1.5076407318703584, 2.512743318200085, 3.517859138170441)
_HIGH = tuple(sign * x for x in (*_RIDGES, 4.522993659584519) for sign in (-1, 1))

RASTRIGIN = Surface(
    key="rastrigin",
    name="Rastrigin",
    formula="20 + x^2 + y^2 - 10*cos(2*pi*x) - 10*cos(2*pi*y)",
    domain=((-5.12, 5.12), (-5.12, 5.12)),
    start=(2.7, -1.7),
    critical_points=(
        # A sum of one function of x and one of y: critical where both are.
        *listed("minimum", [(0.0, 0.0)], is_global=True),
        *listed("minimum", [p for p in product(_LOW, repeat=2) if any(p)]),
        *listed("maximum", product(_HIGH, repeat=2)),
        *listed("saddle", product(_LOW, _HIGH)),
        *listed("saddle", product(_HIGH, _LOW)),
    ),
    teaches=(
        "A shallow bowl full of dents: 121 minima, one of them the lowest. The gradient knows the "
        "nearest dent and nothing of the bowl."
    ),
    source="L. A. Rastrigin, 1974, Systems of Extremal Control (in Russian)",
)

ACKLEY = Surface(
    key="ackley",
    name="Ackley",
    formula=("20 + e - 20*exp(-0.2*sqrt((x^2 + y^2)/2)) - exp((cos(2*pi*x) + cos(2*pi*y))/2)"),
    domain=((-2.5, 2.5), (-2.5, 2.5)),
    start=(1.7, -1.3),
    critical_points=(
        *listed("cusp", [(0.0, 0.0)], is_global=True),
        *listed(
            "minimum",
            mirrored(
                (0.9521665459501717, 0.0),
                (0.9684776587077244, 0.9684776587077244),
                (1.9589197181217173, 0.0),
                (1.9646166628629864, 0.9824160350791393),
                (1.9744519864841166, 1.9744519864841166),
            ),
        ),
        *listed(
            "maximum",
            mirrored(
                (0.6730965201107377, 0.6730965201107377),
                (1.773445148708471, 0.5495858144229183),
                (1.6518481462014178, 1.6518481462014178),
            ),
        ),
        *listed(
            "saddle",
            mirrored(
                (0.6257806168564638, 0.0),
                (0.8747620388753442, 0.5774125352782147),
                (1.6102960205537256, 0.0),
                (1.5950289240728648, 0.9458984927015271),
                (1.855976708974908, 0.5364972381119946),
                (1.916166848997128, 1.5674502528624066),
            ),
        ),
    ),
    teaches=(
        "A funnel with dents and a sharp tip. At the tip there is no derivative: the slope does "
        "not fade on the way in, so a constant step never comes to rest there."
    ),
    source="D. H. Ackley, 1987, A Connectionist Machine for Genetic Hillclimbing",
)

_EASOM_EDGE = (1.3049954504376675, 4.978189856741919)
_EASOM_LEVEL = (pi / 2, 3 * pi / 2)

EASOM = Surface(
    key="easom",
    name="Easom",
    formula="-cos(x)*cos(y)*exp(-(x - pi)^2 - (y - pi)^2)",
    domain=((-1.0, 7.0), (-1.0, 7.0)),
    start=(2.0, 1.9),
    critical_points=(
        *listed("minimum", [(pi, pi)], is_global=True),
        *listed("minimum", product(_EASOM_EDGE, repeat=2)),
        *listed("maximum", [p for e in _EASOM_EDGE for p in ((e, pi), (pi, e))]),
        *listed("saddle", product(_EASOM_LEVEL, repeat=2)),
    ),
    teaches=(
        "One hole in a plain. Near the hole descent is quick; on the plain the slope is so close "
        "to zero that a step moves nothing you could see."
    ),
    source="E. E. Easom, 1990, A Survey of Global Optimization Techniques",
)

GOLDSTEIN_PRICE = Surface(
    key="goldstein_price",
    name="Goldstein-Price",
    # Its usual text multiplied out is a function of x + y times one of 2x − 3y.
    formula=(
        "(1 + (x + y + 1)^2*(19 - 14*(x + y) + 3*(x + y)^2))"
        "*(30 + (2*x - 3*y)^2*(18 - 16*(2*x - 3*y) + 3*(2*x - 3*y)^2))"
    ),
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-0.2, -0.3),
    critical_points=(
        *listed("minimum", [(0.0, -1.0)], is_global=True),
        *listed("minimum", [(-0.6, -0.4), (1.8, 0.2), (1.2, 0.8)]),
        *listed("maximum", [(0.8, 0.2)]),
        *listed("saddle", [(-0.4, -0.6), (1.2, -0.2), (1.4, 0.6), (0.6, 0.4)]),
    ),
    teaches=(
        "The cost runs from 3 to a million within four units. The steep parts force a rate so "
        "small that the flat ones take for ever; dividing by the size of the gradient helps."
    ),
    source="A. A. Goldstein, J. F. Price, 1971, On descent from local minima",
)

SURFACES: dict[str, Surface] = {
    surface.key: surface
    for surface in (
        *(HIMMELBLAU, BOWL, RAVINE, SADDLE, MONKEY_SADDLE, TWO_WELLS, ROSENBROCK, BEALE, BOOTH),
        *(THREE_HUMP_CAMEL, SIX_HUMP_CAMEL, STYBLINSKI_TANG, RASTRIGIN, ACKLEY, EASOM),
        GOLDSTEIN_PRICE,
    )
}


def lookup(key: str) -> Surface:
    """Return the surface of that key; ValueError naming the known keys if there is none."""
    return find(SURFACES, key)
