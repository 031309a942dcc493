"""Glossary: every word of the subject in a sentence, and the page where it can be seen."""

import streamlit as st

from pages.parts import glossary

st.title("Glossary")
st.markdown("The words of the subject, and where to see what they mean.")
glossary.listing(st.text_input("Find a word", key="find", bind="query-params"))
