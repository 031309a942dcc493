"""Drawings of the ten digits, made for these tests by hand: the places a pen goes through.

Each is a list of strokes, places x y in percent of a square, x to the right and y down. Three hands
drew them; `wobbled` makes others out of these.
"""

import numpy as np

FIRST_HAND = {
    0: ("55 05  28 15  15 50  27 85  52 95  76 80  84 45  74 15  50 05",),
    1: ("55 05  52 35  49 65  46 95",),
    2: ("20 25  32 08  58 05  75 22  68 45  42 70  18 93  45 90  85 92",),
    3: ("22 12  50 04  73 17  66 37  42 47  68 55  78 75  55 94  20 88",),
    4: (
        "30 08  22 30  20 52  45 55  80 50",
        "72 05  70 50  66 97",
    ),
    5: ("72 06  30 08  27 42  52 38  75 55  70 82  45 95  20 87",),
    6: ("62 05  38 25  24 60  34 90  58 94  72 75  58 56  38 62  28 78",),
    7: ("15 10  45 09  80 08  68 30  52 60  40 96",),
    8: ("70 18  48 05  28 20  40 42  62 58  70 80  48 96  26 80  40 58  62 40  70 18",),
    9: ("70 20  50 06  28 20  32 42  55 45  70 22  68 55  58 96",),
}
SECOND_HAND = {
    0: ("50 08  30 20  22 52  36 88  58 90  72 60  68 25  50 08",),
    1: ("70 05  58 35  46 65  35 95",),
    2: ("25 20  45 05  70 15  68 40  45 70  25 88  30 75  50 82  82 95",),
    3: (
        "30 10  58 06  68 24  48 44",
        "48 44  70 58  66 84  42 95  25 85",
    ),
    4: (
        "25 15  20 45  42 52  68 46",
        "72 10  62 50  55 95",
    ),
    5: (
        "30 10  28 42  50 40  66 58  60 84  40 94  22 86",
        "30 10  50 10  78 06",
    ),
    6: ("55 04  36 30  28 65  40 92  60 88  66 68  50 60  32 74",),
    7: ("20 16  50 10  75 10  70 35  60 65  55 95",),
    8: ("65 12  42 08  32 26  50 46  62 70  48 93  30 82  44 55  65 30  66 12",),
    9: ("66 16  42 10  30 30  46 46  66 30  68 14  66 50  64 95",),
}

THIRD_HAND = {  # a 1 with a flag, a flat 3, a closed 4, a 5 in one go, a crossed 7, an 8 of rings
    0: ("52 05  72 25  76 55  62 90  45 94  28 72  26 35  48 06",),
    1: ("30 30  45 15  55 05  54 40  52 70  50 95",),
    2: ("22 22  40 06  66 10  74 32  55 58  25 92  55 90  82 90",),
    3: ("22 08  50 08  76 08  55 30  42 42  64 48  74 68  60 90  36 94  18 84",),
    4: (
        "60 05  40 30  18 62  50 62  84 62",
        "62 08  61 50  60 95",
    ),
    5: ("74 08  52 08  32 08  30 30  28 46  50 40  70 52  70 76  52 94  24 88",),
    6: ("66 08  44 22  28 50  28 76  44 94  64 88  70 70  56 56  36 62  28 76",),
    7: (
        "16 12  45 10  80 10  62 45  46 95",
        "36 50  54 50  72 50",
    ),
    8: (
        "50 06  32 14  32 34  50 44  68 34  68 14  50 06",
        "50 44  28 58  28 84  50 95  72 84  72 58  50 44",
    ),
    9: ("68 26  56 08  36 10  28 28  38 46  58 44  68 26  66 50  58 76  40 94  26 90",),
}
HANDS = (FIRST_HAND, SECOND_HAND, THIRD_HAND)


def drawing(digit: int, hand: dict = FIRST_HAND) -> list[np.ndarray]:
    """The strokes of a digit in a square of side 1, smooth, 25 points from place to place."""
    return [_smooth(np.array(s.split(), float).reshape(-1, 2) / 100) for s in hand[digit]]


def _smooth(places: np.ndarray) -> np.ndarray:
    """A curve through the places, each part a cubic (Catmull and Rom)."""
    ends = [2 * places[0] - places[1], 2 * places[-1] - places[-2]]
    p = np.concatenate([ends[:1], places, ends[1:]])
    t = np.linspace(0, 1, 26)[:, None]
    parts = [
        0.5
        * (
            2 * p[i]
            + (p[i + 1] - p[i - 1]) * t
            + (2 * p[i - 1] - 5 * p[i] + 4 * p[i + 1] - p[i + 2]) * t**2
            + (3 * p[i] - p[i - 1] - 3 * p[i + 1] + p[i + 2]) * t**3
        )
        for i in range(1, len(p) - 2)
    ]
    return np.concatenate(parts)


def placed(strokes: list[np.ndarray], side: float, x: float, y: float) -> list[np.ndarray]:
    """The same drawing, `side` long, from (x, y)."""
    return [stroke * side + (x, y) for stroke in strokes]


def wobbled(strokes: list[np.ndarray], rng: np.random.Generator) -> list[np.ndarray]:
    """The same digit by a freer hand: slanted, turned, narrower, in a square of side 1."""
    turn = np.eye(2) + rng.uniform(-0.18, 0.18, (2, 2))
    places = np.concatenate(strokes) @ turn
    low, side = places.min(axis=0), np.ptp(places, axis=0).max()
    return [(stroke @ turn - low) / side for stroke in strokes]
