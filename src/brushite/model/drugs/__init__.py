"""Drugs: what each adds to the flows of the model; one file per drug."""
