"""Every page by its file's name and title, and a way to open one as Streamlit runs it."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

PAGES = Path(__file__).parents[2] / "pages"

# One line each: the name of the file, and the title that the page shows.
TITLES = {
    "draw": "Draw",
    "nudges": "Nudges",
    "glossary": "Glossary",
    "slope": "A slope",
    "surface": "A surface",
    "learning_rate": "Learning rate",
    "saddle": "Saddle point",
    "minima": "Minima",
    "house_prices": "House prices",
    "train": "Train",
    "depth": "Depth",
    "three_ways": "Three ways down",
    "dark_mountain": "The dark mountain",
    "try_everything": "Try everything",
    "its_own_landscape": "Its own landscape",
    "what_did_it_learn": "What did it learn?",
}


def opened(name, **parameters):
    """The page after its first run, with these parameters in its address."""
    # From app.py the test would be empty, and could not fail: it only wraps this script.
    app = AppTest.from_file(str(PAGES / "index.py"), default_timeout=60)
    for key, value in parameters.items():
        app.query_params[key] = value
    app.run()
    app.switch_page(str(PAGES / f"{name}.py")).run()
    assert [title.value for title in app.title] == [TITLES[name]]
    assert not app.exception
    return app


def scene_of(app, name):
    """What the stage of a page shows."""
    return app.session_state[f"{name}.scene"]
