"""The glossary: what is explained in a text, what is left alone, and what must have an entry."""

import re

import pytest

from pages.parts.glossary import GLOSSARY, explained
from tests.pages.opening import TITLES, opened


def told(text):
    """The words of a text that bear a meaning, as they are written there."""
    return re.findall(r"<dfn[^>]*>([^<]+)<", explained(text))


def test_the_first_use_of_a_word_bears_its_meaning():
    text = "The gradient, and the gradient again; two learning rates."
    assert told(text) == ["gradient", "learning rates"]
    assert explained(text).count("<dfn") == 2
    assert GLOSSARY["gradient"].meaning in explained(text)


@pytest.mark.parametrize(
    "text",
    [
        "`rate`",
        "$gradient$",
        "[the gradient](slope)",
        "gradients2",
        "<b title='rate'>",
        "mini-batched",
    ],
)
def test_what_is_no_word_of_the_text_is_left_alone(text):
    assert explained(text) == text


def test_dollars_are_no_mathematics():
    assert told(r"from \$3 the cost is \$4") == ["cost"]


def test_the_longest_word_counts():
    assert told("stochastic gradient descent in mini-batches") == [
        "stochastic gradient descent",
        "mini-batches",
    ]


def test_no_two_entries_claim_one_word():
    forms = [form.lower() for e in GLOSSARY.values() for form in (e.word, *e.forms)]
    assert len(forms) == len(set(forms))


def test_every_entry_names_a_page():
    assert {entry.page for entry in GLOSSARY.values()} <= set(TITLES)


@pytest.mark.parametrize("name", sorted(TITLES.keys() - {"glossary"}))
def test_a_page_explains_its_words(name):
    texts = [element.value for element in opened(name).markdown]
    assert any('<dfn class="term"' in text for text in texts)


def test_the_page_finds_a_word():
    app = opened("glossary")
    everything = len(app.get("page_link"))
    app.text_input(key="find").input("mini-b").run()
    assert len(app.get("page_link")) == 1 < everything
    app.text_input(key="find").input("<b>").run()
    assert not app.exception
    assert len(app.info) == 1
