"""Which secrets a build needs, read before any host is sent a byte."""

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from shopcam.macos.build.order import Action
from shopcam.macos.build.settings import Settings
from shopcam.macos.commands.signing import ApiKey
from shopcam.macos.secrets import (
    APP_STORE_KEY,
    KEYCHAIN_PASSWORD,
    Secret,
    read_secret,
)


@dataclass(frozen=True)
class Credentials:
    """What a build on one host may use.

    Args:
        key: the App Store Connect key; None where none is named.
        password: the keychain's; None where it is open, or nobody signs.
    """

    key: ApiKey | None = None
    password: Secret | None = None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What must show up nowhere."""
        found = (self.key.key if self.key else None, self.password)
        return tuple(each for each in found if each)


def needs_key(actions: Collection[Action], settings: Settings) -> bool:
    """Whether a key is named, and one of the actions can use it."""
    if not settings.key_id:
        return False
    automatic = settings.signs and settings.signing == "automatic"
    return "upload" in actions or (automatic and bool(set(actions) - {"pods"}))


def needs_password(
    actions: Collection[Action], settings: Settings, is_open: bool
) -> bool:
    """Whether something is signed with a key of a locked keychain."""
    return settings.signs and not is_open and bool(set(actions) - {"pods"})


def credentials(
    actions: Collection[Action],
    settings: Settings,
    host: str,
    keychain_is_open: bool,
    *,
    environment: Mapping[str, str] = os.environ,
    warn: Callable[[str], None],
) -> Credentials:
    """The secrets of one host: of variables, files, or the user.

    Args:
        host: the Mac's name, for variables of its own and the prompt.
        keychain_is_open: nobody has to unlock it.
        environment: where the variables are.
        warn: told of a file that others can read.

    Raises:
        UsageError: one is needed and cannot be had.
    """
    key = password = None
    if needs_key(actions, settings):
        content = read_secret(
            APP_STORE_KEY,
            host=host,
            file=settings.key_file,
            environment=environment,
            warn=warn,
        )
        key = ApiKey(settings.key_id, settings.issuer_id, content)
    if needs_password(actions, settings, keychain_is_open):
        password = read_secret(
            KEYCHAIN_PASSWORD,
            host=host,
            file=settings.keychain_password_file,
            environment=environment,
            warn=warn,
        )
    return Credentials(key, password)
