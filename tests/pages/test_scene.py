"""The scene's transitions: each returns another scene, and refuses what cannot be."""

import pytest

from engine.surfaces import SURFACES
from engine.surfaces.curves import CURVES
from pages.parts.stage import scene as scenes


@pytest.fixture
def race():
    return scenes.new(SURFACES["himmelblau"], ("gradient_descent", "adam"))


def test_new_walkers_start_with_rates_that_suit_the_surface(race):
    gentle, steep = (
        scenes.new(SURFACES[key], ("gradient_descent",)).walkers[0].legs[0]
        for key in ("bowl", "goldstein_price")
    )
    assert gentle.settings["learning_rate"] > 100 * steep.settings["learning_rate"]
    assert [walker.slot for walker in race.walkers] == [0, 1]


def test_a_setting_changes_one_walker_and_not_the_scene_it_came_from(race):
    changed = scenes.with_setting(race, 1, "beta1", 0.5)
    assert changed.walkers[1].legs[-1].settings["beta1"] == 0.5
    assert race.walkers[1].legs[-1].settings["beta1"] == 0.9
    assert changed.walkers[0] == race.walkers[0]


def test_a_fork_keeps_colour_and_way_and_takes_the_focus(race):
    rate = race.walkers[0].legs[0].settings["learning_rate"]
    forked = scenes.forked(race, 0, 12, 0.5)
    fork = forked.walkers[2]
    assert fork.slot == race.walkers[0].slot
    assert fork.legs[0] == race.walkers[0].legs[0]
    assert (fork.fork, fork.legs[1].settings["learning_rate"]) == (12, rate / 2)
    assert (forked.focus, forked.step) == (2, 12)


def test_a_fork_of_a_fork_before_it_left_belongs_to_the_first_way(race):
    once = scenes.forked(race, 0, 12, 0.5)
    twice = scenes.forked(once, 2, 5, 2.0)
    rate = race.walkers[0].legs[0].settings["learning_rate"]
    assert [leg.start for leg in twice.walkers[3].legs] == [0, 5]
    assert twice.walkers[3].legs[1].settings["learning_rate"] == 2 * rate


def test_a_fork_at_the_start_is_a_walker_of_its_own(race):
    own = scenes.forked(race, 0, 0, 0.5).walkers[2]
    assert own.fork is None
    assert own.slot == 2


def test_a_way_does_not_fork_without_end(race):
    scene = race
    for step in range(1, scenes.MOST_LEGS):
        scene = scenes.removed(scenes.forked(scene, len(scene.walkers) - 1, step, 0.9), 1)
    with pytest.raises(ValueError, match="forks at most"):
        scenes.forked(scene, len(scene.walkers) - 1, 50, 0.9)


def test_a_fork_may_change_the_optimizer(race):
    fork = scenes.forked(race, 0, 12, 1.0, "momentum").walkers[2]
    assert [leg.optimizer for leg in fork.legs] == ["gradient_descent", "momentum"]


def test_at_most_six_walkers(race):
    for _ in range(4):
        race = scenes.added(race, "momentum")
    assert sorted(walker.slot for walker in race.walkers) == list(range(6))
    with pytest.raises(ValueError, match="room for 6"):
        scenes.added(race, "momentum")
    with pytest.raises(ValueError, match="room for 6"):
        scenes.forked(race, 0, 5, 0.5)


def test_a_removed_colour_is_free_again(race):
    freed = scenes.added(scenes.removed(race, 0), "momentum")
    assert [walker.slot for walker in freed.walkers] == [1, 0]


@pytest.mark.parametrize(
    ("focus", "gone", "expected"), [(0, 0, 0), (0, 1, 0), (1, 0, 0), (1, 1, 0)]
)
def test_the_focus_stays_on_a_walker_that_is_there(race, focus, gone, expected):
    assert scenes.removed(scenes.with_focus(race, focus), gone).focus == expected


def test_another_surface_keeps_the_optimizers_and_leaves_forks_behind(race):
    moved = scenes.on(scenes.forked(race, 0, 12, 0.5), SURFACES["bowl"])
    assert [w.optimizer.key for w in moved.walkers] == ["gradient_descent", "adam"]
    assert moved.start == SURFACES["bowl"].start


def test_a_shorter_walk_drops_forks_that_would_leave_after_its_end(race):
    short = scenes.with_steps(scenes.forked(race, 0, 60, 0.5), 50)
    assert len(short.walkers) == 2
    assert short.focus < 2
    assert short.step <= 50


@pytest.mark.parametrize(
    "impossible",
    [
        lambda s: scenes.with_setting(s, 0, "learning_rate", float("nan")),
        lambda s: scenes.with_setting(s, 0, "learning_rate", -5.0),
        lambda s: scenes.with_setting(s, 0, "beta1", 0.5),
        lambda s: scenes.with_setting(s, 7, "learning_rate", 0.1),
        lambda s: scenes.with_setting(s, -1, "learning_rate", 0.1),
        lambda s: scenes.with_optimizer(s, 0, "magic"),
        lambda s: scenes.added(s, "magic"),
        lambda s: scenes.from_start(s, (float("inf"), 0.0)),
        lambda s: scenes.from_start(s, (1.0,)),
        lambda s: scenes.from_start(s, (1e300, 0.0)),
        lambda s: scenes.forked(s, 0, 200, 0.5),
        lambda s: scenes.forked(s, 0, -1, 0.5),
        lambda s: scenes.forked(s, 0, 5, 1e9),
        lambda s: scenes.with_steps(s, 123),
        lambda s: scenes.removed(scenes.removed(s, 0), 0),
    ],
)
def test_what_cannot_be_is_refused(race, impossible):
    with pytest.raises(ValueError, match=r"."):
        impossible(race)


def test_curves_are_scenes_of_one_dimension():
    scene = scenes.new(CURVES["parabola"], ("gradient_descent",))
    assert len(scene.start) == 1
    assert scenes.from_start(scene, (0.25,)).start == (0.25,)


def test_a_schedule_belongs_to_a_walker_and_stays_when_its_optimizer_or_landscape_changes(race):
    scene = scenes.with_setting(scenes.with_schedule(race, 1, "warm_up"), 1, "length", 7)
    assert scene.walkers[0] == race.walkers[0]
    for changed in (
        scenes.with_optimizer(scene, 1, "lion"),
        scenes.on(scene, SURFACES["bowl"]),
        scenes.forked(scene, 1, 5, 0.5),
        scenes.forked(scene, 1, 5, 1.0, "rmsprop"),
    ):
        assert dict(changed.walkers[-1].legs[-1].plan.settings)["length"] == 7


@pytest.mark.parametrize(("key", "value"), [("length", 0), ("length", float("nan")), ("every", 5)])
def test_a_schedule_keeps_its_settings_in_range(race, key, value):
    with pytest.raises(ValueError, match=r"goes from|has no setting"):
        scenes.with_setting(scenes.with_schedule(race, 1, "cosine"), 1, key, value)
