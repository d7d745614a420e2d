"""The engine measured, beside others, on a fixed problem: `make bench`."""
