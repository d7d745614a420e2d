"""What is measured: one file per section, each with a function from an extent to rows."""
