"""The network that this session trains on the Train page: where it is kept for others to read."""

from __future__ import annotations

import streamlit as st

from engine.training import Training

TRAINING = "train.training"
"""The training's key in the session."""


def current() -> Training | None:
    """Return this session's training, if it has begun."""
    here = st.session_state.get(TRAINING)
    return here if isinstance(here, Training) else None
