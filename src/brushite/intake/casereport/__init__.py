"""Published cases: from the text of a report to facts, each with its place."""
