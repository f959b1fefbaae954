"""Graph to graph: one stage per module, one function of the same name."""
