"""Addresses without the secrets that some write into them."""

import re

# Up to the last @: a password may hold one, but no slash.
USER_INFO = re.compile(r"(?<=://)[^/\s]*@")


def masked(text: str) -> str:
    """`text` without names and secrets of URLs, `https://name:token@host`."""
    return USER_INFO.sub("", text)
