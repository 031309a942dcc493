"""How a component of ours is declared: its browser half is a served file, not an inline script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st


def declare(name: str) -> Callable[..., Any]:
    """Return the component whose browser half is assets/<name>/<name>.js, to be called to mount it.

    Its root element has the classes "downhill" and "downhill-<name>"; the file's default export is
    made by `mountOf` of assets/parts/mount.js.
    """
    return st.components.v2.component(
        f"downhill_{name}",
        html=f'<div class="downhill downhill-{name}"></div>\n',
        # Inline scripts are sent again with every update, so this one only fetches the real one.
        js=f"""
export default (mount) => {{
  const half = import(new URL("assets/{name}/{name}.js", document.baseURI));
  const left = half.then(({{ default: show }}) => show(mount));
  return () => left.then((leave) => leave?.());
}};
""",
        isolate_styles=False,  # plotly.js puts its styles into the page, where a shadow hides them
    )
