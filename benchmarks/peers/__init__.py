"""Other engines on the same problem, each in the best form that was found for it."""
