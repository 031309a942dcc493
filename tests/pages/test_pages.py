"""Every page as Streamlit runs it, without a browser: it opens, says its title, raises nothing."""

import pytest
from streamlit.testing.v1 import AppTest

from engine.surfaces import SURFACES
from engine.surfaces.curves import CURVES
from pages.parts import live
from tests.pages.opening import PAGES, TITLES, opened, scene_of

CATALOGUES = {"slope": CURVES, "surface": SURFACES, "learning_rate": SURFACES}


def test_every_page_has_a_title_to_be_opened_by():
    files = {path.stem for path in PAGES.glob("*.py")} - {"index", "__init__"}
    assert set(TITLES) == files


@pytest.mark.parametrize("name", TITLES)
def test_every_page_opens(name):
    opened(name)


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_landscape_can_be_chosen(name):
    app = opened(name)
    for key in CATALOGUES[name]:
        app.selectbox(key=f"{name}.choice").select(key).run()
        assert not app.exception
        assert scene_of(app, name).landscape.key == key


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_typed_formula_is_walked_on(name):
    app = opened(name)
    app.selectbox(key=f"{name}.choice").select("own").run()
    before = scene_of(app, name).landscape.formula
    assert app.text_input(key=f"{name}.formula").value == before
    app.text_input(key=f"{name}.formula").input("x^4 - 2*x^2").run()
    assert not app.exception
    assert not app.error
    assert scene_of(app, name).landscape.formula == "x^4 - 2*x^2"


@pytest.mark.parametrize(
    "text", ["2x", "x +", "", "__class__", "9**9**9", "x" * 1500, "<b>x</b>", "](https://a.b)"]
)
def test_a_bad_formula_costs_a_sentence_and_nothing_else(text):
    app = opened("surface")
    app.selectbox(key="surface.choice").select("own").run()
    before = scene_of(app, "surface")
    app.text_input(key="surface.formula").input(text).run()
    assert not app.exception
    assert scene_of(app, "surface") == before
    assert len(app.error) == 1
    assert text not in app.error[0].value or not text
    assert app.text_input(key="surface.formula").value == text


def test_a_picture_the_wrong_way_round_is_refused():
    app = opened("surface")
    app.selectbox(key="surface.choice").select("own").run()
    app.text_input(key="surface.x.from").input("9").run()
    assert len(app.error) == 1
    app.text_input(key="surface.x.from").input("-9").run()
    assert not app.error
    assert scene_of(app, "surface").landscape.domain[0] == (-9.0, 5.0)


def test_an_address_is_read():
    app = AppTest.from_file(str(PAGES / "index.py"), default_timeout=60)
    app.query_params["surface"] = "booth"
    app.query_params["walk"] = ["momentum,learning_rate=0.01", "adam"]
    app.query_params["step"] = "7"
    app.run()
    assert app.title[0].value == "A surface"
    scene = scene_of(app, "surface")
    assert (scene.landscape.key, scene.step) == ("booth", 7)
    assert [walker.optimizer.key for walker in scene.walkers] == ["momentum", "adam"]
    assert app.session_state["surface.notice"] == ""


def test_the_formula_of_an_address_can_be_edited():
    app = AppTest.from_file(str(PAGES / "index.py"), default_timeout=60)
    app.query_params["formula"] = "x^2 + 5*y^2"
    app.query_params["domain"] = "-1,1,-2,2"
    app.run()
    assert not app.exception
    assert app.text_input(key="surface.formula").value == "x^2 + 5*y^2"
    assert app.text_input(key="surface.y.to").value == "2"


def test_the_mathematics_is_shown():
    formulas = " ".join(latex.value for latex in opened("surface").latex)
    assert r"\nabla f" in formulas
    assert "H =" in formulas


def test_a_fragment_asks_for_the_whole_page_when_a_widgets_run_was_lost(monkeypatch):
    asked = []
    monkeypatch.setattr(live.st, "rerun", lambda: asked.append(True))
    monkeypatch.setattr(live.st, "session_state", {"train_optimizer": "adam", "train.heard": 3})
    seen = live.controls()
    assert seen == {"train_optimizer": "adam"}
    live.follow(seen)
    assert not asked
    live.follow({"train_optimizer": "gradient_descent"})
    live.follow({"of_a_page_that_was_left": 1})
    assert asked == [True]
