"""From what the user brings to an inference graph."""
