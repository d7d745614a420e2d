"""Eight patients in one vector: a model compiled to machine code and integrated in lockstep."""
