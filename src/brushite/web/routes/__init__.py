"""The routes: each parses, calls a verb, and gives a view."""
