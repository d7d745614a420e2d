"""Models that others have published, as they printed them, in the form of our own.

They are for comparison only: nothing in `brushite.model` imports them.
"""
