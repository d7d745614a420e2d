"""brushite: a twin of mineral metabolism on haemodialysis, for research and teaching."""
