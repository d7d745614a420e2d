"""Estimates the typical values of the model's parameters on the published studies.

`python -m calibration` does it and writes `src/brushite/estimates.toml`. Run again, it gives the
same numbers.
"""
