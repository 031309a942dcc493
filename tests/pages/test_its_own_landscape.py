"""Its own landscape: what is painted, what the stage is sent, the words, links and what goes wrong.

Painting takes a second; it is done once for most of these tests.
"""

import json
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine.inspection.landscape import Line, PlaneCost
from engine.training import advance, begin
from pages.parts import landscape, stage, work
from pages.parts.landscape import Plan, choices, hill, paths, plane_words
from pages.parts.landscape.paths import NETWORK, Course, Journey
from pages.parts.stage import address, payload
from tests.pages.opening import PAGES, opened, scene_of

NAME = "its_own_landscape"
PLAIN = Journey(Course("gradient_descent", 0.1, 100), 0, 200)
ADAM = Journey(Course("adam", 0.002, 100), 0, 200)


def finished(steps):
    """What a generator returns, and what it yielded on the way."""
    seen = []
    while True:
        try:
            seen.append(next(steps))
        except StopIteration as end:
            return end.value, seen


@pytest.fixture(scope="module")
def painting():
    found, seen = finished(landscape.painted(Plan((PLAIN, ADAM)), {}))
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] == 1
    return found


@pytest.fixture
def at_once(monkeypatch):
    """All in the first tick: this kind of page has no browser that asks for another."""
    monkeypatch.setattr(work, "budget", lambda *_: 60.0)


def said(app):
    return " ".join(markdown.value for markdown in app.markdown)


# --- Paths and their plane ---------------------------------------------------------------------


def test_paths_begin_at_one_place_and_are_measured_there(painting):
    one, other = painting.paths
    assert one.points.shape == other.points.shape == (101, NETWORK.dimension)
    np.testing.assert_array_equal(one.points[0], other.points[0])
    np.testing.assert_array_equal(one.updates, 2 * np.arange(101))
    wanted = NETWORK.cost_and_accuracy(one.points[50], *paths.looked_at())
    assert (one.costs[50], one.accuracies[50]) == wanted
    assert one.accuracies[0] < 0.2
    assert one.accuracies[-1] > 0.85


def test_the_plane_shows_most_of_both_paths(painting):
    one, other = painting.shadows
    assert 0.6 < other.share < 1
    assert 0.6 < one.share < 1
    assert one.aside[-1] < 1e-5  # the plane goes through the end of path 1
    assert other.aside[-1] > 0.1
    np.testing.assert_allclose(one.costs[-1], painting.paths[0].costs[-1], rtol=1e-4)
    (low, high), (lower, higher) = painting.surface.domain
    for shadow in (one, other):
        x, y = shadow.coordinates.T
        assert low < x.min() < x.max() < high
        assert lower < y.min() < y.max() < higher


def test_the_ground_is_measured_on_two_thousand_pictures(painting):
    ground = painting.surface.ground
    assert ground.shape == painting.accuracies.shape == (41, 41)
    assert len(painting.surface.labels) == landscape.FELT < len(paths.looked_at().labels) == 2000
    place = np.array([side[0] for side in painting.surface.domain])
    theta = painting.surface.plane.point(place)
    cost, accuracy = NETWORK.cost_and_accuracy(theta, *paths.looked_at())
    assert (ground[0, 0], painting.accuracies[0, 0]) == pytest.approx((cost, accuracy), rel=1e-4)


def test_a_path_that_leaps_away_does_not_stretch_the_picture(painting):
    wild = Journey(Course("gradient_descent", 300.0, 100), 0, 200)
    known = {path.journey: path for path in painting.paths}
    found, _ = finished(landscape.painted(Plan((PLAIN, wild)), known))
    assert found.paths[0] is painting.paths[0]
    reach = np.ptp(np.array(found.surface.domain), axis=1).max()
    assert np.abs(found.shadows[1].coordinates).max() > 3 * reach
    assert reach < 20
    assert "Path 2 leaves the picture within" in plane_words.seen(found)
    payload.pack(landscape.scene_of(found), 0, "", landscape.more(found, scene_at(found)))


def test_random_directions_show_next_to_nothing(painting):
    known = {path.journey: path for path in painting.paths}
    found, seen = finished(landscape.painted(Plan((PLAIN, ADAM), "random"), known))
    assert seen[0] < 0.1
    assert all(shadow.share < 0.02 for shadow in found.shadows)
    assert found.surface.domain == ((-1.0, 1.0), (-1.0, 1.0))
    assert found.surface.ground[20, 20] == pytest.approx(found.paths[0].costs[-1], rel=1e-4)
    assert "two random directions show" in plane_words.seen(found)


def test_a_rate_that_loses_the_network_at_once_is_a_sentence():
    wild = Journey(Course("gradient_descent", 10_000.0, 100), 0, 200)
    for plane in landscape.PLANES:
        with pytest.raises(ValueError, match="Take a smaller rate"):
            finished(landscape.painted(Plan((wild,), plane), {}))


def test_the_network_of_the_train_page_is_a_path(at_once):
    training = advance(begin(NETWORK, optimizer="adam", batch_size=5000, learning_rate=0.002), 30)
    assert paths.journey_of(training).updates == 30
    path, _ = finished(paths.walked(paths.journey_of(training)))
    np.testing.assert_array_equal(path.updates, [0, 12, 24, 30])
    np.testing.assert_array_equal(path.points[-1], training.parameters)
    early = advance(begin(NETWORK, batch_size=5000), 20)
    other = begin(replace(NETWORK, activation="tanh"), batch_size=5000)
    assert paths.journey_of(early) is paths.journey_of(other) is None
    app = AppTest.from_file(str(PAGES / "index.py"), default_timeout=60)
    app.session_state["train.training"] = training
    app.run()
    app.switch_page(str(PAGES / f"{NAME}.py")).run()
    app.toggle(key="land_trained").set_value(True).run()
    app.run()
    assert not app.exception
    asked = app.session_state[f"{NAME}.portrait.asked"]
    assert asked.journeys[0].made is training
    assert app.session_state[f"{NAME}.portrait.made"][1].paths[0].points.shape[0] == 4


# --- On the stage ------------------------------------------------------------------------------


def scene_at(painting):
    return landscape.scene_of(painting)


def test_the_stage_is_sent_paths_and_ground(painting):
    scene = scene_at(painting)
    sent = landscape.more(painting, scene)
    assert [record["name"] for record in sent.header["records"]] == [
        "Path 1, Gradient descent",
        "Path 2, Adam",
    ]
    for index, path in enumerate(painting.paths):
        assert sent.arrays[f"points.{index}"].shape == (101, 2)
        np.testing.assert_array_equal(sent.arrays[f"values.{index}"], path.costs)
    assert sent.arrays["reads.0"].shape == (101,)
    message = payload.pack(scene, 0, "", sent)
    assert len(message) < payload.BYTES
    size = int.from_bytes(message[:4], "little")
    header = json.loads(message[4 : 4 + size])
    grid = next(array for array in header["arrays"] if array["name"] == "grid")
    assert grid["shape"] == [41, 41]


def test_walkers_of_the_plane_have_colours_of_their_own(painting):
    taken = {
        record["slot"] for record in landscape.more(painting, scene_at(painting)).header["records"]
    }
    scene = scene_at(painting)
    for key in ("adam", "momentum"):
        scene = stage.apply(scene, {"act": "add", "optimizer": key}, landscape.ACTS)
    slots = [walker.slot for walker in scene.walkers]
    assert len(set(slots)) == 3
    assert not taken.intersection(slots)


def test_the_walker_of_the_plane_is_compared_on_the_same_pictures(painting):
    scene = scene_at(painting)
    end = painting.surface.plane.point(payload.run_of(scene, scene.walkers[0]).points[-1])
    cost, accuracy = NETWORK.cost_and_accuracy(end, *paths.looked_at())
    said = plane_words.compared(painting, scene)
    assert f"is at cost {cost:.3g} after 100 steps and reads {100 * accuracy:.1f} %" in said
    assert f"ends at cost {painting.paths[0].costs[-1]:.3g} and reads" in said


@pytest.mark.parametrize(
    ("cost", "moral"), [(0.31, "long way"), (1.0, "of the way down"), (1e19, "not come below")]
)
def test_what_follows_is_what_was_measured(painting, cost, moral):
    path = replace(painting.paths[0], costs=np.linspace(2.3, 0.3, 101))
    found = replace(painting, paths=(path, *painting.paths[1:]))
    assert moral in plane_words._moral(found, cost)
    assert "0.31" not in plane_words._cost(1e19)
    idle = replace(found, paths=(replace(path, lost=True),))
    assert plane_words._moral(idle, cost) == ""


def test_how_a_walker_reads_is_measured_where_it_begins_and_ends(painting):
    scene = scene_at(painting)
    reads = landscape.more(painting, scene).arrays["reads.0"]
    places = payload.run_of(scene, scene.walkers[0]).points
    wanted = painting.whole.cost_and_accuracy(places[[0, 1, -1]])[1]
    np.testing.assert_allclose(reads[[0, 1, -1]], wanted, rtol=1e-6)
    assert landscape.more(painting, replace(scene, step=5)).arrays["reads.0"] is reads


def test_an_address_names_walkers_and_no_surface(painting):
    scene = stage.apply(scene_at(painting), {"act": "start", "point": [1.5, 0.25]})
    written = address.write(scene)
    assert not {"surface", "formula", "domain", "data"}.intersection(written)
    again, notice = address.read(written, scene_at(painting))
    assert (again, notice) == (scene, "")
    _, notice = address.read(written | {"formula": ["x^2"]}, scene_at(painting))
    assert "formula" in notice


def test_other_paths_keep_the_walkers(painting):
    scene = stage.apply(scene_at(painting), {"act": "add", "optimizer": "adam"}, landscape.ACTS)
    assert landscape.moved(scene, painting) is scene
    known = {path.journey: path for path in painting.paths}
    other, _ = finished(landscape.painted(Plan((ADAM,)), known))
    moved = landscape.moved(scene, other)
    assert moved.landscape == other.surface
    assert moved.start == other.surface.start
    assert [w.optimizer.key for w in moved.walkers] == ["gradient_descent", "adam"]


# --- The hill ----------------------------------------------------------------------------------


def test_between_two_seeds_lies_a_hill_and_to_its_own_beginning_none(painting):
    ways, seen = finished(hill.measured(painting, 1))
    assert seen == sorted(seen)
    own, path, seed = ways
    assert (own.is_own, path.origin) == (True, "the end of path 2")
    assert own.line.costs[0] == pytest.approx(painting.paths[0].costs[0], rel=1e-4)
    assert all(w.line.costs[-1] == pytest.approx(own.line.costs[-1], rel=1e-4) for w in ways)
    assert ("falls all the way" in hill.told(own)) == (own.line.rise == 0)
    assert seed.line.hill > 0.5
    assert "over a hill" in hill.told(seed)
    drawn = hill.hill_figure.figure([(w.origin, w.colour, w.line) for w in ways])
    assert len(drawn["data"]) == 6


def test_words_are_those_of_the_line():
    shares = np.linspace(0, 1, 3)
    flat = Line(shares, np.array([1.0, 0.9, 0.8]), np.ones(3))
    lost = Line(shares, np.array([1.0, np.nan, 0.8]), np.ones(3))
    wavy = Line(shares, np.array([1.0, 0.8, 0.81]), np.ones(3))
    assert hill.told(hill.Way("there", "", flat)).endswith("no hill lies between.")
    assert "falls all the way" in hill.told(hill.Way("there", "", flat, is_own=True))
    assert "falls almost all the way" in hill.told(hill.Way("there", "", wavy, is_own=True))
    assert hill.told(hill.Way("there", "", lost)).endswith("the cost is no number.")


# --- The page ----------------------------------------------------------------------------------


def test_the_page_shows_walk_line_and_mathematics(at_once):
    app = opened(NAME)
    scene = scene_of(app, NAME)
    assert isinstance(scene.landscape, PlaneCost)
    assert "This picture shows" in said(app)
    assert "leads over a hill" in said(app)
    assert any("projected" in markdown.value for markdown in app.markdown)
    assert not app.warning
    app.segmented_control(key="land_paths").set_value(2).run()
    app.run()  # what was found is shown by a run of the whole page
    assert not app.exception
    assert "of path 2" in said(app)


def test_a_link_with_nonsense_costs_a_sentence(at_once):
    nonsense = {
        "land_paths": "500",
        "land_batch_1": "abc",
        "land_optimizer_1": "newton",
        "land_rate_1_gradient_descent": "nan",
        "land_seed": "-1",
        "land_plane": "<b>",
    }
    app = opened(NAME, **nonsense)
    assert len(app.warning) == 1
    for name in nonsense:
        assert name.removeprefix("land_") in app.warning[0].value
    plan = app.session_state[f"{NAME}.portrait.asked"]
    assert plan == Plan((Journey(Course("gradient_descent", 0.1, 100), 0, 600),))
    app.number_input(key="land_seed").set_value(5).run()
    assert not app.warning


def test_the_other_network_has_another_seed(at_once):
    app = opened(NAME, land_seed="999999", land_rival="999999", land_updates="200")
    assert not app.exception
    assert any("so 999998 stands in" in caption.value for caption in app.caption)


def test_a_link_brings_the_paths_back(at_once):
    app = opened(
        NAME,
        land_paths="2",
        land_optimizer_2="Momentum",
        land_rate_2_momentum="0.02",
        land_batch_2="1,000",
        land_updates="200",
        land_seed="3",
        land_plane="Random directions",
    )
    assert not app.warning
    courses = (Course("gradient_descent", 0.1, 100), Course("momentum", 0.02, 1000))
    asked = app.session_state[f"{NAME}.portrait.asked"]
    assert asked == Plan(tuple(Journey(course, 3, 200) for course in courses), "random")


def test_what_is_stopped_can_go_on(monkeypatch):
    monkeypatch.setattr(work, "budget", lambda *_: 1e-9)
    app = opened(NAME)
    app.button(key=f"{NAME}.portrait.stop").click().run()
    assert any(warning.value.startswith("Stopped.") for warning in app.warning)
    monkeypatch.setattr(work, "budget", lambda *_: 60.0)
    app.button(key=f"{NAME}.portrait.again").click().run()
    app.run()
    assert not app.warning
    assert isinstance(scene_of(app, NAME).landscape, PlaneCost)


def test_what_goes_wrong_leaves_what_was_painted(at_once):
    app = opened(NAME)
    before = scene_of(app, NAME)
    app.number_input(key="land_rate_1_gradient_descent").set_value(10_000.0).run()
    app.run()
    assert len(app.error) == 1
    assert "Take a smaller rate" in app.error[0].value
    assert scene_of(app, NAME) == before


def test_missing_digits_are_a_sentence(monkeypatch):
    def missing(*_):
        raise ValueError("The digits cannot be read.")

    monkeypatch.setattr(landscape, "looked_at", missing)
    app = opened(NAME)
    assert [error.value for error in app.error] == ["The digits cannot be read."]


def test_every_rate_offered_is_one_that_can_be_chosen():
    for number in (1, 10, 100):
        for key in choices.OPTIMIZER_KEYS:
            rate = choices._first_rate(key, number)
            assert choices._within(f"{rate:g}", choices._rate_of(key))
