"""Measuring of masses on CT, held against phantoms and against other ways to the same numbers."""
