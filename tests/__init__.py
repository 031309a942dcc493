"""Tests of the engine, of the pages, of the whole in a real browser; and benchmarks."""
