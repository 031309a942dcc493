"""How sure a network is, and whether it has reason to be.

Confidence is the greatest of its ten probabilities. It is calibrated if it is right in 80 % of the
cases where it says 80 %. Dividing the last sums by a temperature T before the softmax,

    p = softmax(z / T),

makes it less sure (T > 1) without changing any answer.
"""

from dataclasses import dataclass, field
from math import exp, log
from typing import NamedTuple

import numpy as np

from engine.descent import advance, start
from engine.descent.history import IntArray
from engine.descent.walk import Run
from engine.network import Network
from engine.network.neuron import Images, Labels
from engine.optimizers.optimizer import FloatArray

SURE = 0.9
_STEPS = 200  # down the cost over the temperature
_FIRST, _SLOWEST = 1.0, 1e-6  # the rate tried first, halved while the walk does not go down
_FAR = 10.0  # ln T so far from the start is a leap onto the plain where all answers are alike
_LEAST = 1e-30  # of a probability whose logarithm is taken


def confidence(chances: FloatArray) -> FloatArray:
    """Return the greatest probability of each row of (n, 10): (n,), 0 to 1; 0 where it is nan."""
    greatest: FloatArray = np.nan_to_num(chances.max(axis=1))
    return greatest


def share_sure(chances: FloatArray, level: float = SURE) -> float:
    """Return the share of rows of (n, 10) whose confidence is above a level; nan for no row."""
    return float((confidence(chances) > level).mean()) if len(chances) else float("nan")


def share_as_sure(chances: FloatArray, known: FloatArray, kept: float = 0.95) -> float:
    """Return the share of rows of (m, 10) that are as sure as the surest of known ones (n, 10).

    The level is the one that a share `kept` of the known reaches. To be less sure of everything
    alike does not lower it, only to tell the two apart. nan without rows of both kinds.

    Source: Hendrycks and Gimpel 2017, ICLR, arXiv:1610.02136 (the greatest probability tells
    strangers from what was learnt).
    """
    if not len(chances) or not len(known):
        return float("nan")
    level = float(np.quantile(confidence(known), 1 - kept))
    return float((confidence(chances) >= level).mean())


class Coverage(NamedTuple):
    """What is left to read, and how well it is read, where only sure answers count.

    `thresholds`, `coverage` (share of pictures whose confidence reaches it) and `accuracy` (share
    of these read right; nan where none is left), (t,) each.
    """

    thresholds: FloatArray
    coverage: FloatArray
    accuracy: FloatArray


def coverage(chances: FloatArray, labels: Labels, thresholds: FloatArray) -> Coverage:
    """Return coverage and accuracy of answers (n, 10) for each threshold (t,)."""
    sure, right = confidence(chances), chances.argmax(axis=1) == labels
    order = np.argsort(sure)
    first = np.searchsorted(sure[order], thresholds)  # those from here on are as sure as that
    left = len(sure) - first
    good = np.append(np.cumsum(right[order][::-1])[::-1], 0)[first]
    with np.errstate(all="ignore"):
        return Coverage(thresholds, left / len(sure), np.where(left, good / left, np.nan))


class Calibration(NamedTuple):
    """Confidence beside accuracy, in bins of equal width from 0 to 1.

    `counts` (b,), `confidence` and `accuracy` (b,), means in each bin, nan in an empty one.
    `error`: the mean over all pictures of |accuracy − confidence| of their bin.
    """

    counts: IntArray
    confidence: FloatArray
    accuracy: FloatArray
    error: float


def calibration(chances: FloatArray, labels: Labels, bins: int = 10) -> Calibration:
    """Return how well the confidence of answers (n, 10) agrees with their accuracy.

    Source: Guo et al. 2017, ICML, arXiv:1706.04599, equation 3 (expected calibration error).
    """
    sure, right = confidence(chances), chances.argmax(axis=1) == labels
    which = np.minimum((sure * bins).astype(np.intp), bins - 1)
    counts = np.bincount(which, minlength=bins)
    with np.errstate(all="ignore"):
        said = np.bincount(which, sure, bins) / counts
        true = np.bincount(which, right, bins) / counts
    off = np.where(counts, np.abs(true - said), 0.0)
    return Calibration(counts, said, true, float(counts @ off) / len(sure))


# --- Temperature -------------------------------------------------------------------------------


def last_sums(network: Network, parameters: FloatArray, images: Images) -> FloatArray:
    """Return what a temperature divides, (n, 10), for prepared pictures.

    With cross-entropy the last layer's sums; otherwise the logarithms of the probabilities, whose
    softmax they are.
    """
    if network.cost == "cross_entropy":
        return network.sums(parameters, images)[-1]
    return np.log(np.maximum(network.answers(parameters, images), _LEAST))


def chances_at(sums: FloatArray, temperature: float) -> FloatArray:
    """Return the probabilities (n, 10) of sums (n, 10) at a temperature above 0, float64."""
    return _softmax(sums.astype(np.float64) / temperature)


def _softmax(z: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        powers = np.exp(z - z.max(axis=-1, keepdims=True))
        shares: FloatArray = powers / powers.sum(axis=-1, keepdims=True)
        return shares


@dataclass(frozen=True, eq=False)
class TemperatureCost:
    """Mean cross-entropy of sums (n, 10) over one coordinate, ln T: an `Objective`.

    With s = 1/T: C = mean(ln Σ exp(s zⱼ) − s z_y), dC/d ln T = −s mean(Σ pⱼ zⱼ − z_y).
    """

    sums: FloatArray = field(repr=False)
    labels: Labels = field(repr=False)
    dimension = 1

    def value(self, point: FloatArray) -> FloatArray:
        """Cost at (..., 1): shape (...)."""
        return self.value_and_gradient(point)[0]

    def gradient(self, point: FloatArray) -> FloatArray:
        """Slope at (..., 1): the same shape."""
        return self.value_and_gradient(point)[1]

    def value_and_gradient(self, point: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Both in one pass."""
        places = np.asarray(point, np.float64)
        found = np.array([self._at(place) for place in places.reshape(-1)]).reshape(-1, 2)
        return found[:, 0].reshape(places.shape[:-1]), found[:, 1].reshape(places.shape)

    def _at(self, place: float) -> tuple[float, float]:
        with np.errstate(all="ignore"):
            share = np.exp(-place)
            above = self.sums.astype(np.float64)
            above -= above[np.arange(len(above)), self.labels][:, None]  # over the right answer's
            highest = above.max(axis=1, keepdims=True)
            powers = np.exp(share * (above - highest))
            total = powers.sum(axis=1)
            costs = np.log(total) + share * highest[:, 0]
            slopes = (powers * above).sum(axis=1) / total
            return float(costs.mean()), float(-share * slopes.mean())


class Fit(NamedTuple):
    """The temperature that suits best, and the walk over ln T that found it."""

    temperature: float
    run: Run


def fit_temperature(sums: FloatArray, labels: Labels) -> Fit:
    """Return the temperature with the least cross-entropy, by gradient descent from T = 1.

    Fit it on pictures that the network has not learnt from. The rate is halved until the walk goes
    down to its end. Sums of no usual size (the largest below 3 or above 300) start from the
    temperature that makes the largest 30. Raises ValueError without pictures, for sums that are
    not finite, and where all are 0.

    Source: Guo et al. 2017, ICML, arXiv:1706.04599, section 4.2.
    """
    largest = float(np.abs(sums).max()) if len(labels) else 0.0
    if not 0 < largest < np.inf:
        raise ValueError("a temperature is fit to finite sums of some pictures")
    begin = 0.0 if 3 <= largest <= 300 else log(largest / 30)
    cost, rate = TemperatureCost(sums, labels), _FIRST
    while True:
        run = advance(start(cost, [begin], "gradient_descent", learning_rate=rate), _STEPS)
        down = bool((np.diff(run.values) <= 1e-12).all()) and run.steps == _STEPS
        if (down and abs(run.points[-1, 0] - begin) < _FAR) or rate < _SLOWEST:
            return Fit(exp(float(run.points[-1, 0])), run)
        rate /= 2
