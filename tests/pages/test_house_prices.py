"""House prices and Three ways down without a browser: widgets, files, links, what is claimed."""

import gc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import terrain
from engine.houses import Cost, Houses, features
from pages.parts import houses, stage, tables
from pages.parts.houses import batches, forecast
from pages.parts.stage import address
from pages.parts.stage import scene as scenes
from pages.parts.stage.payload import pack, run_of
from tests.pages.opening import opened, scene_of

PAGE = "house_prices"
FILE = f"{PAGE}.file.0"


def words(app):
    return " ".join(part.value for part in (*app.markdown, *app.caption))


# --- House prices ------------------------------------------------------------------------------


def test_the_scale_keeps_the_line():
    app = opened(PAGE)
    scaled = scene_of(app, PAGE)
    stage_start = (50.0, 200.0)
    app.session_state[f"{PAGE}.scene"] = scenes.from_start(scaled, stage_start)
    app.segmented_control(key=f"{PAGE}_scale").set_value("raw").run()
    raw = scene_of(app, PAGE)
    assert not raw.landscape.scaled
    assert not app.exception
    here, there = scaled.landscape, raw.landscape
    cost = here.value(np.array(stage_start))
    assert there.value(np.array(raw.start)) == pytest.approx(cost, rel=1e-4)
    assert any("10⁷" in metric.value for metric in app.metric)
    assert any("10⁻⁷" in metric.value for metric in app.metric)


def test_a_link_brings_the_scale_back():
    app = opened(PAGE, house_prices_scale="raw", start="0.2,-10")
    assert not scene_of(app, PAGE).landscape.scaled


@pytest.mark.parametrize(
    ("code", "area", "said"),
    [
        ("95838", 1680, "is what the model says"),
        ("27513", 3000, "No sale here was in ZIP 27513"),
        ("95838", -3, "more than zero square feet"),
        ("95838", 0, "more than zero square feet"),
        ("9583", 1680, "five digits"),
        ("abcde", 1680, "five digits"),
        ("９５８３８", 1680, "five digits"),
        ("95838", 100000, "has seen nothing"),
    ],
)
def test_a_house_of_ones_own(code, area, said):
    app = opened(PAGE)
    app.text_input(key=f"{PAGE}_zip").input(code).run()
    app.number_input(key=f"{PAGE}_area").set_value(area).run()
    assert not app.exception
    assert said in words(app)


def test_what_zips_add_is_computed():
    said = words(opened(PAGE))
    assert "| square feet | 2 | 0.589 | 0.59 |" in said
    assert "| 69 | 0.763 | 0.69 |" in said


def test_another_split_changes_the_held_out_error():
    app = opened(PAGE)
    before = words(app)
    app.button(key=f"{PAGE}.again").click().run()
    assert not app.exception
    assert words(app) != before


def test_descent_over_all_weights_comes_near_the_closed_form_answer():
    told = forecast.learning(1)
    assert 0 <= told.gap < 1e-4
    assert told.tested[-1] > told.trained[-1]


def test_the_weights_add_up_to_the_average():
    codes, extra, counts = forecast.premiums()
    assert len(codes) == 68
    assert counts.sum() == 932
    assert extra @ counts == pytest.approx(0, abs=1e-6)


def test_a_file_of_ones_own_and_back():
    app = opened(PAGE)
    rows = "\n".join(f"{size},{3 * size + 7}" for size in range(20, 60))
    app.file_uploader(key=FILE).upload("own.csv", f"size,rent\n{rows}".encode(), "text/csv").run()
    assert not app.exception
    assert not app.error
    own = scene_of(app, PAGE).landscape
    assert own.count == 40
    assert own.value(np.array(own.best)) == pytest.approx(0, abs=1e-9)
    app.button(key=f"{PAGE}.back").click().run()
    assert not app.exception
    assert scene_of(app, PAGE).landscape.count == 932


def brought(app, text="size,rent\n20,67\n30,97\n41,131\n"):
    return app.file_uploader(key=FILE).upload("own.csv", text.encode(), "text/csv").run()


def rows_kept(app):
    """What the session and the caches still hold of the file's rows."""
    gc.collect()
    held = [held for held in gc.get_objects() if isinstance(held, Houses) and len(held) == 3]
    return held, [key for key in ("own", "table", "pair") if f"{PAGE}.{key}" in app.session_state]


def test_a_file_taken_out_leaves_nothing_behind():
    app = brought(opened(PAGE))
    assert scene_of(app, PAGE).landscape.count == 3
    assert rows_kept(app)[0]
    app.file_uploader(key=FILE).clear().run()
    assert not app.exception
    assert scene_of(app, PAGE).landscape.count == 932
    assert rows_kept(app) == ([], [])


def test_the_way_back_empties_the_uploader_too():
    app = brought(opened(PAGE))
    app.button(key=f"{PAGE}.back").click().run()
    assert app.file_uploader(key=f"{PAGE}.file.1").value is None
    assert rows_kept(app) == ([], [])


def test_a_link_from_an_own_file_names_no_numbers_of_it():
    own = scene_of(brought(opened(PAGE)), PAGE)
    assert address.write(own) == {"data": ["own"]}
    app = opened(PAGE, data="own", start="0,150", walk="gradient_descent,learning_rate=7")
    assert scene_of(app, PAGE).start == (0.0, 300.0)
    assert "own" in app.session_state[f"{PAGE}.notice"]


@pytest.mark.parametrize(("up", "mean"), [("place", -121.4), ("year", 2000.0), ("time", 1.2e9)])
@pytest.mark.parametrize("scale", ["scaled", "raw"])
def test_columns_far_from_zero_have_a_picture(up, mean, scale):
    rng = np.random.default_rng(1)
    rows = "\n".join(f"{x!r},{mean + x / 9 + e!r}" for x, e in rng.normal(size=(60, 2)).tolist())
    app = brought(opened(PAGE, house_prices_scale=scale), f"x,{up}\n{rows}\n")
    assert not app.exception
    scene = scene_of(app, PAGE)
    for (low, high), start in zip(scene.landscape.domain, scene.start, strict=True):
        assert low < start < high


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"a,b\nx,y\nz,w\n",
        b"a,b\n1,2\n",
        b"a,b\n5,7\n5,7\n",
        b"a,b\nnan,1\nnan,2\n",
        b"\x89PNG\0\0",
        "größe\n1\n2\n".encode("cp1252"),
    ],
)
def test_a_bad_file_costs_a_sentence_and_nothing_else(content):
    app = opened(PAGE)
    before = scene_of(app, PAGE)
    app.file_uploader(key=FILE).upload("bad.csv", content, "text/csv").run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.error[0].value.endswith("Shown are the Sacramento houses.")
    assert scene_of(app, PAGE) == before


def test_a_bad_file_after_a_good_one_keeps_the_good_one():
    app = opened(PAGE)
    app.file_uploader(key=FILE).upload("own.csv", b"a,b,c\n1,2,9\n2,5,9\n4,4,9\n", "text/csv").run()
    good = scene_of(app, PAGE)
    app.file_uploader(key=FILE).upload("bad.csv", b"nothing", "text/csv").run()
    assert app.error[0].value.endswith("What was shown stays.")
    assert scene_of(app, PAGE) == good
    app.selectbox(key=f"{PAGE}.up.1").select("c").run()
    assert not app.exception
    assert "one value only" in app.error[0].value
    assert scene_of(app, PAGE) == good
    app.selectbox(key=f"{PAGE}.up.1").select("b").run()
    assert not app.error


def test_a_second_file_brings_its_own_columns():
    app = opened(PAGE)
    app.file_uploader(key=FILE).upload("one.csv", b"a,b\n1,2\n2,5\n4,4\n", "text/csv").run()
    app.file_uploader(key=FILE).upload("two.csv", b"m,price\n1,2\n2,5\n4,7\n", "text/csv").run()
    assert not app.exception
    assert app.selectbox(key=f"{PAGE}.across.2").value == "m"
    assert app.selectbox(key=f"{PAGE}.up.2").options == ["m", "price"]


extreme = st.floats(-1e12, 1e12).map(lambda x: float(f"{x:.3g}"))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(extreme, extreme), min_size=2, max_size=8),
    st.sampled_from([1e-12, 1e-6, 1.0]),
    st.booleans(),
)
def test_any_table_of_numbers_can_be_shown(rows, size, scaled):
    area, price = np.array(rows).T * size
    table = tables.Table({"a": area, "b": price}, len(area))
    try:
        data = tables.chosen(table, "a", "b")
        ground = houses.surface(data, scaled)
    except ValueError:
        return
    scene = scenes.new(ground, ("gradient_descent", "adam", "newton"), steps=20)
    assert pack(scene, 0, "", houses.more_of(ground, data, data.houses))
    assert all(np.isfinite(scene.start))


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (1000.0, "the weight settles at once, and the bias hardly moves"),
        (0.001, "the bias settles at once, and the weight hardly moves"),
        (1.0, "both weight and bias change"),
    ],
)
def test_which_of_the_two_settles_is_read_off_the_surface(size, said):
    rows = "\n".join(f"{size * x!r},{3 * x + 7!r}" for x in (0.8, 0.9, 1.1, 1.2, 1.25))
    assert said in words(brought(opened(PAGE, house_prices_scale="raw"), f"a,b\n{rows}\n"))


def test_the_mathematics_speaks_of_weight_and_bias():
    app = opened(PAGE)
    assert any("f(w, b) = " in part.value for part in app.latex)


def test_the_rate_of_the_long_walk_is_stable():
    for seed in range(3):
        learnt, _ = tables.sacramento().houses.split(seed)
        made = features(learnt, "zip")
        cost = Cost(made.columns(learnt.area, learnt.zips), learnt.price)
        limit = terrain.largest_stable_rate(cost, np.zeros(cost.dimension))
        assert limit == pytest.approx(0.99, abs=0.005)
        assert limit > forecast.RATE


def test_the_licence_names_the_columns_that_are_there():
    assets = Path(__file__).parents[2] / "assets"
    licence = (assets / "SACRAMENTO-LICENSE.txt").read_text()
    head, *rows = (assets / "sacramento.csv").read_text().splitlines()
    assert f"holds {len(rows)} sales" in licence
    spoken = {"zip": "ZIP code", "sqft": "square feet", "beds": "bedrooms", "baths": "bathrooms"}
    assert all(spoken.get(name, name) in licence for name in head.split(","))


# --- Three ways down ---------------------------------------------------------------------------


def test_three_ways_start_alike():
    scene = scene_of(opened("three_ways"), "three_ways")
    assert [walker.batch for walker in scene.walkers] == [0, 1, 32]
    starts = {tuple(run_of(scene, walker).points[0]) for walker in scene.walkers}
    assert starts == {(0.0, 300.0)}


def test_another_batch_keeps_seed_and_start():
    scene = scenes.with_seed(batches.default(932), 7)
    changed = stage.apply(scene, {"act": "batch", "walker": 2, "value": 100}, batches.BATCH_ACTS)
    assert (changed.seed, changed.start) == (7, scene.start)
    assert changed.walkers[2].batch == 100
    assert changed.walkers[:2] == scene.walkers[:2]


@pytest.mark.parametrize("value", [-1, 933, 2.5, "3", None, 1e9])
def test_a_batch_that_is_none_is_refused(value):
    with pytest.raises(ValueError, match=r"."):
        stage.apply(
            batches.default(932), {"act": "batch", "walker": 0, "value": value}, batches.BATCH_ACTS
        )


def test_a_batch_of_all_is_the_surface_itself():
    scene = scenes.with_batch(batches.default(932), 2, 932)
    assert scenes.objective(scene, scene.walkers[2]) is scene.landscape


def test_fewer_houses_than_a_batch_takes_are_taken_all():
    scene = scenes.with_batch(batches.default(10_000), 2, 5_000)
    fewer = batches.recounted(scene, 932)
    assert [walker.batch for walker in fewer.walkers] == [0, 1, 0]
    again, notice = address.read(address.write(fewer), batches.default(932))
    assert (again, notice) == (fewer, "")


def test_a_rate_that_decays_stops_the_jitter():
    scene = batches.default(932)
    before = batches.races(scene)[1].jitter
    assert before > 0.02
    after = batches.races(scenes.with_schedule(scene, 1, "cosine"))[1].jitter
    assert after < before / 4


def test_the_address_of_three_ways():
    scene = scenes.with_seed(scenes.with_batch(batches.default(932), 2, 100), 7)
    again, notice = address.read(address.write(scene), batches.default(932))
    assert (again, notice) == (scene, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [("walk", "adam,batch=-1"), ("walk", "adam,batch=5000"), ("seed", "x"), ("seed", "9999999")],
)
def test_a_link_that_asks_for_what_is_not_there(name, value):
    scene, notice = address.read({name: [value]}, batches.default(932))
    assert scene == batches.default(932)
    assert name in notice


@pytest.mark.parametrize("count", batches.COUNTS)
def test_as_many_houses_as_one_likes(count):
    app = opened("three_ways", three_ways_houses=f"{count:,}")
    assert scene_of(app, "three_ways").landscape.count == count


@pytest.fixture
def even(monkeypatch):
    """A machine on which an update takes a microsecond for each house."""
    monkeypatch.setattr(batches, "_measured", lambda here, batch, optimizer: 1e-6 * batch)


@pytest.mark.usefixtures("even")
def test_the_winner_is_read_off_the_table():
    told = {race.name: race for race in batches.races(batches.default(932))}
    batch, one = told["Batch: all 932"], told["Stochastic"]
    assert batch.updates * 932 == batch.examples
    assert one.held == 5
    assert min(told, key=lambda name: told[name].examples) == "Stochastic"
    said = batches.verdict(batches.default(932))
    assert "by **examples seen** Stochastic;" in said
    assert "The winner depends on the clock" in said


@pytest.mark.usefixtures("even")
def test_nobody_arrives_in_a_walk_too_short():
    scene = scenes.with_steps(batches.default(932), 20)
    for walker in range(3):
        scene = scenes.with_setting(scene, walker, "learning_rate", 1e-4)
    assert "Nobody came within" in batches.verdict(scene)


@pytest.mark.usefixtures("even")
def test_who_starts_at_the_bottom_is_there_at_once():
    scene = batches.default(932)
    said = batches.verdict(scenes.from_start(scene, batches.surface(932).best))
    for clock, _ in batches.CLOCKS:
        assert f"by **{clock}** Batch: all 932 and Stochastic and Mini-batch of 32" in said


@pytest.mark.usefixtures("even")
def test_a_batch_that_does_not_divide_the_houses_is_counted_by_what_it_saw():
    scene = scenes.with_batch(batches.default(932), 2, 500)
    race = batches.races(scene)[2]
    assert race.examples == 932 * (race.updates // 2) + 500 * (race.updates % 2)


@pytest.mark.usefixtures("even")
def test_walkers_are_told_apart():
    scene = batches.default(932)
    scene = scenes.with_optimizer(scenes.with_batch(scene, 1, 32), 1, "adam")
    scene = scenes.forked(scenes.with_batch(scene, 0, 32), 2, 40, 0.5)
    assert batches.names(scene) == [
        "Mini-batch of 32, rate 0.25",
        "Mini-batch of 32, Adam",
        "Mini-batch of 32, rate 0.1",
        "Mini-batch of 32, from step 40",
    ]
    assert len({race.held for race in batches.races(scene)}) == 2


@pytest.mark.usefixtures("even")
def test_who_diverges_has_no_distance():
    scene = scenes.with_setting(batches.default(932), 0, "learning_rate", 3.0)
    race = batches.races(scene)[0]
    assert race.diverged
    table = "\n".join(batches._table([race]))
    assert "diverged" in table
    assert "never" in table
    assert "e+" not in table


def test_milliseconds_within_a_tenth_are_a_tie(monkeypatch):
    each = {932: 1.05, 1: 1.0, 32: 2.0}
    monkeypatch.setattr(batches, "_measured", lambda here, batch, optimizer: each[batch])
    scene = scenes.from_start(batches.default(932), batches.surface(932).best)
    told = [race._replace(milliseconds=race.each) for race in batches.races(scene)]
    line = next(line for line in batches._table(told) if line.startswith("| milliseconds"))
    assert line.count("**") == 4


def test_the_cloud_is_measured_where_the_walk_starts():
    scene = batches.default(932)
    sizes, here = batches._shrinking(scene.landscape, scene.start, 0)
    _, there = batches._shrinking(scene.landscape, (400.0, -200.0), 0)
    assert sizes[0] == 1
    assert there[0] > 2 * here[0]


def test_what_the_stage_is_sent_fits():
    scene = batches.default(932)
    message = pack(scene, 0, "", batches.more(scene))
    assert len(message) < 500_000


def test_the_moments_sent_are_those_of_the_steps():
    scene = batches.default(932)
    more = batches.more(scene)
    sampled = batches.landscape(scene).sampled(32, scene.seed)
    sent = more.arrays["moments.2"]
    assert sent.shape == (scene.steps, 5)
    assert np.array_equal(sent[40], np.array(sampled.at(40)))
    members = more.arrays["rows.2"][40]
    assert np.array_equal(members[members >= 0], sampled.order.rows(40))
    assert "moments.0" not in more.arrays
