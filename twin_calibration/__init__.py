"""Is the twin honest? Patients who are only computed, but whose truth is known, are fitted.

`python -m twin_calibration` (`make calibrate`) makes patients of a population with records as they
are in real life, fits each record, and asks whether the truth lies among the draws as it should.
"""
