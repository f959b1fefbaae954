"""xcresulttool: what a result bundle says."""

from shopcam.macos.command import Command


def test_summary(result_bundle: str) -> Command:
    """Prints the tests' summary as JSON (Xcode 16 and later)."""
    return Command(
        (
            *("xcrun", "xcresulttool", "get", "test-results", "summary"),
            *("--path", result_bundle),
        )
    )
