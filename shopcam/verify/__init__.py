"""Proof that each stage still answers like the source, here and there."""
