"""The words of the subject: one entry each, shown where the word is used and on a page of its own.

`prose` shows a page's own text; the first use of each word in it can be pointed at, focused or
tapped, and says what the word means. That takes no script: the meaning stands behind the word, and
assets/glossary.css lets it appear.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_STYLE = Path(__file__).parents[2] / "assets" / "glossary.css"


@dataclass(frozen=True)
class Entry:
    """A word and what it means, in a sentence or two of plain text.

    `forms` are the other ways in which it is written; `page` is the file's name of the page where
    one sees what it means.
    """

    word: str
    meaning: str
    forms: tuple[str, ...]
    page: str


def style() -> None:
    """Let the meanings appear; once on every page."""
    st.html(_STYLE)


def prose(text: str, place: DeltaGenerator | None = None) -> None:
    """Show Markdown of our own, never of a visitor's, with the glossary's words explained."""
    (place or st).markdown(explained(text), unsafe_allow_html=True)


def explained(text: str) -> str:
    """Return Markdown in which the first use of each word of the glossary bears its meaning.

    Code, mathematics and links stay as they are, and so does HTML.
    """
    told: set[str] = set()

    def tell(match: re.Match[str]) -> str:
        entry = _BY_FORM.get(match[0].lower())
        if entry is None or entry.word in told:  # no word, but something that is left alone
            return match[0]
        told.add(entry.word)
        return _term(match[0], entry)

    return _LEFT_ALONE_OR_WORD.sub(tell, text)


def listing(wanted: str = "") -> None:
    """Show the entries by the page where one sees them; only those with `wanted` in the word."""
    sought = wanted.strip().lower()
    found = [e for e in GLOSSARY.values() if any(sought in f.lower() for f in (e.word, *e.forms))]
    if not found:
        st.info("No word of the glossary has that in it.")
    for page in dict.fromkeys(entry.page for entry in found):
        st.page_link(f"{page}.py")
        entries = [entry for entry in found if entry.page == page]
        rows = (f"<dt>{html.escape(e.word)}</dt><dd>{html.escape(e.meaning)}</dd>" for e in entries)
        st.html(f'<dl class="glossary">{"".join(rows)}</dl>')


def _term(shown: str, entry: Entry) -> str:
    meaning = html.escape(entry.meaning)
    return (
        f'<dfn class="term" tabindex="0">{shown}'
        f'<span class="meaning" role="note">{meaning}</span></dfn>'
    )


GLOSSARY: dict[str, Entry] = {
    entry.word: entry
    for entry in (
        # --- Going down
        Entry(
            "cost",
            "One number that says how wrong the parameters are. Learning means to make it small.",
            ("costs",),
            "surface",
        ),
        Entry(
            "parameter",
            "A number that descent may change: x on a slope, x and y on a surface, a weight or a "
            "bias in a model.",
            ("parameters",),
            "slope",
        ),
        Entry(
            "slope",
            "How much the cost changes for a small step of one parameter, divided by that step: "
            "the derivative.",
            ("slopes", "derivative"),
            "slope",
        ),
        Entry(
            "gradient",
            "The slopes along all parameters in one list. It points where the cost rises most, so "
            "descent goes the other way.",
            ("gradients",),
            "surface",
        ),
        Entry(
            "gradient descent",
            "Again and again, take a step against the gradient: the learning rate times the "
            "gradient is subtracted from the parameters.",
            ("descent",),
            "surface",
        ),
        Entry(
            "learning rate",
            "The number that the gradient is multiplied with to make a step. Too small crawls, too "
            "large overshoots.",
            ("learning rates", "rate", "rates"),
            "learning_rate",
        ),
        Entry(
            "step",
            "One change of all parameters. In training it is also called an update.",
            ("steps", "update", "updates"),
            "slope",
        ),
        Entry(
            "optimizer",
            "The rule that makes a step out of the gradient and of what it remembers: gradient "
            "descent, momentum, Adam and others.",
            ("optimizers",),
            "surface",
        ),
        Entry(
            "momentum",
            "A part of the last step is added to the next. Steps that agree add up; steps that "
            "contradict each other cancel.",
            (),
            "surface",
        ),
        Entry(
            "schedule",
            "A rule that changes the learning rate from step to step, usually downwards.",
            ("schedules", "learning-rate decay", "decay"),
            "learning_rate",
        ),
        Entry(
            "converge",
            "To come to rest: the steps become ever smaller and the cost hardly changes.",
            ("converges", "convergence"),
            "learning_rate",
        ),
        Entry(
            "diverge",
            "To go ever further away: each step makes the cost larger, until the numbers overflow.",
            ("diverges", "divergence"),
            "learning_rate",
        ),
        Entry(
            "overshoot",
            "To step over the lowest point and land on the other side, perhaps higher than before.",
            ("overshoots", "overshooting"),
            "learning_rate",
        ),
        # --- The shape of the ground
        Entry(
            "minimum",
            "A point below all its neighbours. It is global if it is the lowest of all, else "
            "local.",
            ("minima", "local minimum", "local minima", "global minimum"),
            "minima",
        ),
        Entry(
            "maximum",
            "A point above all its neighbours. The gradient is zero there too.",
            ("maxima",),
            "saddle",
        ),
        Entry(
            "saddle point",
            "Level, but neither a minimum nor a maximum: uphill in one direction and downhill in "
            "another.",
            ("saddle", "saddles", "saddle points"),
            "saddle",
        ),
        Entry(
            "plateau",
            "A region where the cost hardly changes, so the gradient is nearly zero and steps are "
            "tiny.",
            ("plateaus",),
            "saddle",
        ),
        Entry(
            "critical point",
            "A point where the gradient is zero: a minimum, a maximum, a saddle or something "
            "flatter.",
            ("critical points",),
            "saddle",
        ),
        Entry(
            "basin",
            "All the starts from which a walker reaches the same minimum.",
            ("basins",),
            "minima",
        ),
        Entry(
            "convex",
            "Without local traps: a straight line between two points of the surface never runs "
            "below it, so every minimum is global.",
            (),
            "minima",
        ),
        Entry(
            "curvature",
            "How fast the slope itself changes. L is the largest curvature in any direction; on a "
            "bowl, rates above 2/L diverge.",
            (),
            "learning_rate",
        ),
        Entry(
            "Hessian",
            "The table of all second derivatives: the curvature in every direction at once.",
            (),
            "saddle",
        ),
        Entry(
            "eigenvalue",
            "The curvature along one of the Hessian’s own directions. One of each sign makes a "
            "saddle.",
            ("eigenvalues",),
            "saddle",
        ),
        Entry(
            "condition number",
            "The largest curvature divided by the smallest. Large means a narrow valley, which "
            "gradient descent crosses again and again instead of following it.",
            ("condition numbers",),
            "learning_rate",
        ),
        Entry(
            "brute force",
            "To try many points and keep the best, without asking for slopes.",
            ("grid search", "random search"),
            "try_everything",
        ),
        # --- Data
        Entry(
            "model",
            "A formula with parameters that makes a prediction out of what is known.",
            ("models",),
            "house_prices",
        ),
        Entry(
            "prediction",
            "What the model says. The cost compares it with what is true.",
            ("predictions", "forecast", "forecasts"),
            "house_prices",
        ),
        Entry(
            "label",
            "The true answer that belongs to an example.",
            ("labels", "labelled"),
            "train",
        ),
        Entry(
            "residual",
            "What a prediction is off by. Squared and averaged it is the cost of a line.",
            ("residuals",),
            "house_prices",
        ),
        Entry(
            "weight",
            "A parameter that an input is multiplied with.",
            ("weights",),
            "train",
        ),
        Entry(
            "bias",
            "A parameter that is added: what the sum would be if all inputs were zero.",
            ("biases",),
            "train",
        ),
        Entry(
            "scaling",
            "To bring inputs to a similar size before learning. It makes narrow valleys round.",
            ("scaled",),
            "house_prices",
        ),
        Entry(
            "batch",
            "The examples whose gradients are averaged for one step. In batch descent it is all "
            "of them.",
            ("batches",),
            "three_ways",
        ),
        Entry(
            "mini-batch",
            "A few examples, drawn at random, instead of all: a cheap and noisy estimate of the "
            "gradient.",
            ("mini-batches",),
            "three_ways",
        ),
        Entry(
            "stochastic",
            "With chance: each step looks at one example only (or at a few).",
            ("stochastic gradient descent",),
            "three_ways",
        ),
        Entry(
            "epoch",
            "As many steps as it takes to see every example once.",
            ("epochs",),
            "train",
        ),
        # --- Networks
        Entry(
            "neuron",
            "It adds up its inputs, each times a weight, adds its bias, and passes the sum through "
            "its activation.",
            ("neurons",),
            "draw",
        ),
        Entry(
            "activation",
            "What a neuron says, and the function that makes it out of the neuron’s sum: sigmoid, "
            "tanh or ReLU.",
            ("activations",),
            "draw",
        ),
        Entry(
            "layer",
            "Neurons side by side, each of which hears all of the layer before.",
            ("layers",),
            "draw",
        ),
        Entry(
            "network",
            "Layers one after another: the first hears the pixels, the last gives the answer.",
            ("networks", "neural network"),
            "train",
        ),
        Entry(
            "initialisation",
            "The random numbers that the weights begin with. Too small or too large, and nothing "
            "is learnt.",
            ("initial weights",),
            "train",
        ),
        Entry(
            "training",
            "To change a model’s parameters by descent until its answers fit labelled examples.",
            ("trained",),
            "train",
        ),
        Entry(
            "accuracy",
            "The share of examples that are answered right.",
            (),
            "train",
        ),
        Entry(
            "test set",
            "Examples that were not trained on. Only they tell whether something general was "
            "learnt.",
            ("held out", "held-out", "test digits"),
            "train",
        ),
        Entry(
            "backpropagation",
            "The gradient of a network, worked out from the last layer back to the first.",
            (),
            "nudges",
        ),
        Entry(
            "nudge",
            "What one example asks of one weight or bias: how much it should go up or down, for "
            "the cost of that example to fall. Minus the derivative.",
            ("nudges", "nudged"),
            "nudges",
        ),
        Entry(
            "wish",
            "What a neuron should say more of, or less, to please those that hear it. It becomes a "
            "push on its sum through the slope of its activation.",
            ("wishes",),
            "nudges",
        ),
        Entry(
            "sensitivity",
            "How much the cost feels a change of one weight: its entry of the gradient.",
            ("sensitivities",),
            "nudges",
        ),
        Entry(
            "vanishing gradient",
            "A gradient that shrinks in each layer on its way back, until the first layers hardly "
            "learn.",
            ("vanishing gradients", "vanish", "vanishes"),
            "depth",
        ),
        Entry(
            "exploding gradient",
            "A gradient that grows in each layer on its way back, until one step leads beyond all "
            "numbers.",
            ("exploding gradients", "explode", "explodes"),
            "depth",
        ),
        Entry(
            "clipping",
            "To shorten a gradient that is longer than a limit; its direction is kept.",
            ("gradient clipping", "clipped"),
            "depth",
        ),
        Entry(
            "ReLU",
            "An activation that lets positive sums through as they are and makes the others 0.",
            (),
            "depth",
        ),
        Entry(
            "sigmoid",
            "An activation that squeezes every sum into 0 to 1. It is at most a quarter as steep "
            "as ReLU.",
            ("sigmoids",),
            "depth",
        ),
        Entry(
            "Xavier",
            "Random weights of the spread that keeps sizes from layer to layer for tanh and "
            "sigmoid; He’s does so for ReLU.",
            ("He weights", "Xavier weights"),
            "depth",
        ),
        Entry(
            "principal components",
            "The directions in which points are spread most: the first shows the most of it, the "
            "second the most of the rest.",
            ("principal component",),
            "its_own_landscape",
        ),
        Entry(
            "filter normalisation",
            "To give the random weights of each neuron the size of the neuron’s own, so that "
            "landscapes of large and small weights can be compared.",
            (),
            "its_own_landscape",
        ),
        Entry(
            "confusion matrix",
            "A table: how often each digit was taken for each other.",
            (),
            "train",
        ),
        Entry(
            "deskew",
            "To set a slanted digit upright before it is read.",
            ("deskewed", "deskewing"),
            "draw",
        ),
        # --- What a network knows
        Entry(
            "confidence",
            "How sure a network says it is: the greatest of its ten chances. It need not be right.",
            ("overconfidence",),
            "what_did_it_learn",
        ),
        Entry(
            "threshold",
            "The least confidence with which an answer counts.",
            ("thresholds",),
            "what_did_it_learn",
        ),
        Entry(
            "calibration",
            "Whether confidence is to be believed: who says 80 % should be right in 80 % of such "
            "cases.",
            ("calibrated",),
            "what_did_it_learn",
        ),
        Entry(
            "temperature",
            "A number that the last sums are divided by before they become chances. Above 1 the "
            "network is less sure, with the same answers.",
            (),
            "what_did_it_learn",
        ),
        Entry(
            "augmentation",
            "To learn from pictures that are turned, scaled and moved a little, anew each time, so "
            "that the same one never comes twice.",
            (),
            "what_did_it_learn",
        ),
        Entry(
            "weight decay",
            "Every step also pulls each weight a little towards 0.",
            (),
            "what_did_it_learn",
        ),
        Entry(
            "memorise",
            "To keep each example in mind instead of what they have in common. It shows on "
            "examples that were not trained on.",
            ("memorising", "memorised", "overfitting"),
            "what_did_it_learn",
        ),
        Entry(
            "seed",
            "The number from which all chance follows. The same seed gives the same run.",
            ("seeds",),
            "train",
        ),
    )
}
"""All entries, by their words."""

_BY_FORM = {form.lower(): e for e in GLOSSARY.values() for form in (e.word, *e.forms)}

_WORDS = "|".join(re.escape(form) for form in sorted(_BY_FORM, key=len, reverse=True))
_LEFT_ALONE_OR_WORD = re.compile(
    r"`[^`]*`|(?<!\\)\$[^$\n]+\$|!?\[[^\]]*\]\([^)]*\)|<[^>]+>|:material/\w+:"
    rf"|(?<![\w-])(?:{_WORDS})(?![\w-])",
    re.IGNORECASE,
)
