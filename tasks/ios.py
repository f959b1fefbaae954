"""The app: on the way to a Mac."""

from invoke import Context

from tasks._setting import build_folder, setting
from tasks._task import task


@task
def build_ios(
    c: Context,
    model: str = "",
    output: str = "",
    untrained: bool = False,
    quiet: bool = False,
) -> None:
    """Make the Xcode project, and say how to build it on a Mac.

    Building on the Mac host itself comes with a later release; the status is
    that of the Xcode project alone.

    Args:
        model: a name under models/, or the path of a model.yaml; the one of
            fabric.yaml without it.
        output: the build folder; build/<name> without it.
        untrained: rehearse with random weights, without a checkpoint.
        quiet: show nothing but errors and the path of the project.
    """
    from shopcam.card import load_card
    from shopcam.console import Console
    from shopcam.integrate import integrate as carry

    card = load_card(setting(c, "build_ios.model", model, "demo"))
    console = Console(quiet)
    result = carry(
        card,
        build_folder(card, output),
        untrained=untrained,
        toolchain=setting(c, "integrate.toolchain", "", "wheel"),
        console=console,
    )
    console.note(f"\n{result.verdict}")
    console.next_steps(
        [
            "building over SSH comes with a later release; by hand until then:",
            "copy the folder below to a Mac with Xcode and CocoaPods",
            "in it: pod install",
            "open ShopCam.xcworkspace, choose your team, and run on an iPhone",
        ]
    )
    console.result(result.bundle)
