"""The commands that are sent to a Mac: pure functions that run nothing."""
