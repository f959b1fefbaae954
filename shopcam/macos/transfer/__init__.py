"""Files between here and a Mac: only what changed, resumed, compared."""
