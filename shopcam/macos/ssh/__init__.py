"""A Mac over SSH, reached as the user's own `ssh` reaches it."""
