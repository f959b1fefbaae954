"""What training leaves in a graph: one module per family."""
