"""Shuffled labels are learnt too, but mean nothing; more examples do."""

from dataclasses import replace

import numpy as np
import pytest

from engine.inspection.memorising import (
    FITTED,
    MEMORISER,
    SEEN,
    UNSEEN,
    advance_pair,
    begin_pair,
    fitted_after,
    grow,
    is_over,
    memorise,
    onward,
    shuffled,
)
from engine.network import Network
from engine.training import Examples, examples


def finished(steps):
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return end.value, seen


@pytest.fixture(scope="module")
def halves():
    unseen = examples("test")
    return examples("train"), Examples(unseen.images[:500], unseen.labels[:500])


def test_shuffled_labels_are_the_same_ones_elsewhere():
    labels = np.repeat(np.arange(10), 50)
    mixed = shuffled(labels, np.random.default_rng(0))
    np.testing.assert_array_equal(np.bincount(mixed), np.bincount(labels))
    assert (mixed == labels).mean() < 0.2
    again = shuffled(labels, np.random.default_rng(0))
    np.testing.assert_array_equal(mixed, again)


def test_nothing_differs_but_the_labels(halves):
    pair = begin_pair(halves[0], 200, Network((784, 8, 10)), seed=3)
    assert pair.true.parameters.tobytes() == pair.shuffled.parameters.tobytes()
    np.testing.assert_array_equal(pair.true.data.images, pair.shuffled.data.images)
    assert not np.array_equal(pair.true.data.labels, pair.shuffled.data.labels)
    assert pair.true.stretches == pair.shuffled.stretches
    assert pair.true.seed == pair.shuffled.seed


def test_a_thousand_shuffled_labels_are_learnt_by_heart(halves):
    pair, seen = finished(memorise(begin_pair(halves[0]), halves[1]))
    assert seen == sorted(seen)
    assert 0 <= seen[0] <= seen[-1] < 1
    marks = [{m.name: m.accuracy for m in one.marks[-2:]} for one in pair]
    assert all(m[SEEN] >= FITTED for m in marks)
    assert marks[0][UNSEEN] > 0.8
    assert marks[1][UNSEEN] < 0.2  # chance is a tenth
    assert pair.true.data.labels.size == 1000
    assert pair.true.network == MEMORISER
    assert 0 < fitted_after(pair.true) < fitted_after(pair.shuffled)
    for one in pair:
        assert [m.name for m in one.marks[:2]] == [SEEN, UNSEEN]
        assert one.marks[0].updates == 0
        assert one.epochs == (0,)  # earlier states are not kept


def test_the_same_whether_in_pieces_or_at_once(halves):
    pair = begin_pair(halves[0], 600, Network((784, 8, 10)))
    whole, _ = finished(memorise(pair, halves[1], most_epochs=2))
    steps = advance_pair(advance_pair(pair, 12, halves[1]), 12, halves[1])
    for one, other in zip(whole, steps, strict=True):
        assert one.parameters.tobytes() == other.parameters.tobytes()
    assert fitted_after(whole.shuffled) == -1


def test_an_epoch_is_not_stepped_over(halves):
    pair = begin_pair(halves[0], 500, Network((784, 8, 10)))
    some = onward(pair, 4, halves[1])
    assert (some.true.updates, some.true.marks) == (4, ())
    end = onward(some, 1000, halves[1])
    assert (end.true.epoch, end.true.updates, end.shuffled.updates) == (1, 10, 10)
    assert [m.name for m in end.shuffled.marks] == [SEEN, UNSEEN]
    assert not is_over(end, 2)
    assert is_over(end, 1)


def test_it_ends_where_the_cost_does(halves):
    pair = begin_pair(
        halves[0], 100, Network((784, 8, 10)), optimizer="gradient_descent", learning_rate=1e30
    )
    pair, _ = finished(memorise(pair, halves[1]))
    assert max(one.lost for one in pair) >= 0


# --- More examples -----------------------------------------------------------------------------


def test_more_examples_make_a_better_network(halves):
    counts = (50, 500, 5000)
    so_far = []
    steps = grow(
        Network((784, 12, 10)),
        *halves,
        counts,
        (0, 1),
        updates=150,
        tell=so_far.append,
        learning_rate=0.005,
    )
    found, seen = finished(steps)
    assert [np.isfinite(one.accuracies).sum() for one in so_far] == [1, 2, 3, 4, 5, 6]
    assert np.isnan(so_far[0].accuracies[0, 1])
    np.testing.assert_array_equal(so_far[-1].accuracies, found.accuracies)
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert found.accuracies.shape == (3, 2)
    np.testing.assert_array_equal(found.counts, counts)
    assert (np.diff(found.means) > 0.03).all()
    assert found.accuracies[0, 0] != found.accuracies[0, 1]


def test_smaller_choices_are_part_of_larger_ones(halves, monkeypatch):
    from engine.inspection import memorising

    taken = []

    def noted(network, data, *arguments, **settings):
        taken.append(data)
        return replace(begun, data=data)

    begun = memorising.begin(Network((784, 2, 10)), Examples(*(a[:50] for a in halves[0])))
    monkeypatch.setattr(memorising, "begin", noted)
    finished(grow(Network((784, 2, 10)), *halves, (20, 50), (0,), updates=0))
    few, many = taken
    np.testing.assert_array_equal(many.images[:20], few.images)
    assert not np.array_equal(few.images, halves[0].images[:20])


@pytest.mark.parametrize("counts", [(), (0, 10), (60_001,)])
def test_examples_that_are_not_there_are_refused(halves, counts):
    with pytest.raises(ValueError, match="1 to 60,000"):
        next(grow(MEMORISER, *halves, counts))
