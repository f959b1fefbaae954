"""Releases on a Mac, and the jobs that go on in them without us."""
