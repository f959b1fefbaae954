"""What a Mac has and lacks, and what mends it."""
