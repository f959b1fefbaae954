"""What a build prints: shown as steps, kept whole, searched for the cause."""
