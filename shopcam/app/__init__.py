"""Rendering and assembling the bundle: the Xcode project of one model."""
