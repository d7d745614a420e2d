"""Published cases: from the text of a report to facts, each with its place."""

from brushite.intake.casereport.gathering import read_case_text

__all__ = ["read_case_text"]
