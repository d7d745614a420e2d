"""Published studies foretold: what the model predicts beside what was observed."""
