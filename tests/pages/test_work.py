"""Long work in ticks: the budget is kept, everybody gets the same share, and stopping stops."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import work
from pages.parts.work import FORGET, SHARE, SHORTEST, Register, Work, budget, period, sentence


class Clock:
    """A clock that somebody else moves."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def counting(count, clock=None, cost=0.0, taken=None):
    for step in range(count):
        if clock:
            clock.now += cost
        if taken is not None:
            taken.append(step)
        yield (step + 1) / count
    return count


# --- The rule ------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("shortest", [SHORTEST, 0.1])
def test_all_together_take_half_of_the_time(workers, shortest):
    taken = workers * budget(workers, shortest) / period(workers, shortest)
    assert taken == pytest.approx(SHARE)


def test_ticks_come_less_often_as_more_work():
    periods = [period(workers) for workers in (1, 2, 3, 10)]
    assert periods[0] == SHORTEST
    assert periods == sorted(set(periods))
    assert period(0) == SHORTEST
    assert budget(0) == budget(1)


def test_everybody_who_ticks_is_counted_once():
    register = Register(Clock())
    one, other = register.number(), register.number()
    assert one != other
    assert register.join(one) == 1
    assert register.join(other) == 2
    assert register.join(one) == 2
    register.leave(other)
    assert register.join(one) == 1
    register.leave(other)


def test_whoever_ticks_no_more_is_forgotten():
    clock = Clock()
    register = Register(clock)
    one, other = register.number(), register.number()
    register.join(other)
    clock.now += FORGET
    assert register.join(one) == 2
    clock.now += 0.5
    assert register.join(one) == 1


def test_ticks_that_take_long_come_less_often():
    register = Register(Clock())
    one, other = register.number(), register.number()
    register.join(one, 0.9)
    assert period(1, load=register.load()) == pytest.approx(0.9 / SHARE)
    register.join(other, 0.1)
    assert period(2, load=register.load()) == pytest.approx(1.0 / SHARE)
    register.join(one, 0.001)
    register.leave(other)
    assert period(1, load=register.load()) == SHORTEST


def test_a_crowd_that_ticks_slowly_is_not_forgotten():
    clock = Clock()
    register = Register(clock)
    crowd = [register.number() for _ in range(200)]
    for number in crowd:
        register.join(number)
    clock.now += period(200)
    assert register.join(crowd[0]) == 200


# --- The work ------------------------------------------------------------------------------------


def test_a_tick_ends_when_its_time_is_up():
    clock, taken = Clock(), []
    here = Work(counting(100, clock, 0.004, taken))
    here.advance(0.016, clock)
    assert len(taken) == 4
    assert here.progress == 0.04
    assert not here.done
    assert here.value is None


def test_a_step_longer_than_the_tick_is_taken_all_the_same():
    clock, taken = Clock(), []
    here = Work(counting(3, clock, 1.0, taken))
    here.advance(0.016, clock)
    assert taken == [0]
    assert here.seconds == here.last == pytest.approx(1.0)
    here.advance(0.016, clock)
    assert (here.seconds, here.last) == (pytest.approx(2.0), pytest.approx(1.0))


def test_work_ends_with_its_value():
    here = Work(counting(5))
    here.advance(60)
    assert (here.done, here.progress, here.value) == (True, 1.0, 5)
    here.advance(60)
    assert here.value == 5


def test_progress_never_goes_back_or_beyond():
    here = Work(iter_of(0.5, 0.2, 7.0))
    seen = []
    for _ in range(3):
        here.advance(0.0, Clock())
        seen.append(here.progress)
        if here.done:
            break
    assert seen == sorted(seen)
    assert max(seen) <= 1.0


def iter_of(*values):
    yield from values


def test_what_is_stopped_is_closed():
    closed = []

    def steps():
        try:
            while True:
                yield 0.1
        finally:
            closed.append(True)

    here = Work(steps())
    here.advance(0.0)
    here.stop()
    assert closed


def test_the_time_that_passed_holds_the_pauses_but_not_an_absence():
    clock = Clock()

    def steps():
        while True:
            clock.now += 1
            yield 0.1

    here = Work(steps())
    here.advance(1, clock)
    clock.now += 3
    here.advance(1, clock)
    assert (here.seconds, here.passed) == (2, 5)
    clock.now += 100
    here.advance(1, clock)
    assert (here.seconds, here.passed) == (3, 6)


def test_the_sentence_says_how_far_and_how_long():
    assert sentence("Walking", 0.0, 0.0) == "Walking: 0%"
    assert sentence("Walking", 0.25, 1.0) == "Walking: 25%, about 3 s left"
    assert sentence("Walking", 0.5, 1.0, 2).endswith("1 s left, while 1 other computes, too")
    assert sentence("Walking", 0.5, 1.0, 3).endswith("1 s left, while 2 others compute, too")
    assert sentence("Walking", 1.0, 9.0) == "Walking: 100%"


# --- On a page -----------------------------------------------------------------------------------


def a_page():
    import streamlit as st

    from pages.parts import work

    def slow():
        for step in range(3):
            yield (step + 1) / 4
            while st.session_state.get("hold"):
                yield (step + 1) / 4
        return "found"

    def failing():
        yield 0.5
        raise ValueError("nothing there")

    if st.button("Go", key="go"):
        work.start("test", slow())
    if st.button("Fail", key="fail"):
        work.start("test", failing())
    work.show("test", "Looking")
    st.write(f"value: {work.value('test')}, under way: {work.under_way('test')}")


@pytest.fixture
def app():
    return AppTest.from_function(a_page, default_timeout=60)


def test_a_page_finds_the_value(app):
    app.run()
    assert app.markdown[0].value == "value: None, under way: False"
    app.button(key="go").click().run()
    assert not app.exception
    assert app.markdown[0].value == "value: found, under way: False"


def test_a_page_can_stop(app):
    app.session_state["hold"] = True
    app.run()
    app.button(key="go").click().run()
    assert app.markdown[0].value == "value: None, under way: True"
    app.button(key="test.stop").click().run()
    assert app.markdown[0].value == "value: None, under way: False"
    assert not app.exception


def test_work_that_fails_is_dropped(app):
    app.run()
    app.button(key="fail").click().run()
    assert app.exception
    app.run()
    assert not app.exception
    assert app.markdown[0].value == "value: None, under way: False"


def test_the_register_holds_numbers_only():
    register = Register()
    register.join(register.number(), 0.02)
    ((who, (at, cost)),) = register._seen.items()
    assert (type(who), type(at), type(cost)) == (int, float, float)


def test_the_module_starts_no_thread():
    source = (Path(work.__file__)).read_text()
    assert "Thread(" not in source
