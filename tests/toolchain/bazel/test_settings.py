"""The section `bazel` of fabric.yaml."""

import pytest

from shopcam.errors import UsageError
from shopcam.toolchain.bazel.settings import BazelSettings, bazel_settings
from tasks._toolchain import DEFAULTS


def test_the_tasks_know_every_key_and_its_default() -> None:
    assert set(DEFAULTS) == set(BazelSettings.model_fields)
    assert bazel_settings(DEFAULTS) == BazelSettings()


def test_options_are_a_list_or_one_text_as_a_shell_takes_it() -> None:
    listed = bazel_settings({"options": ["-c", "opt", "--define=a=b c"]})
    assert listed == bazel_settings({"options": "-c opt '--define=a=b c'"})


def test_what_yaml_makes_of_an_answer_is_a_text_again() -> None:
    given = {"TF_NEED_CUDA": False, "TF_ENABLE_XLA": True, "NUMBER": 3}
    settings = bazel_settings({"configure": given})
    assert settings.configure == {
        "TF_NEED_CUDA": "0",
        "TF_ENABLE_XLA": "1",
        "NUMBER": "3",
    }


@pytest.mark.parametrize(
    ("section", "found"),
    [
        ({"job": 1}, "bazel.job: no such key, did you mean jobs?"),
        ({"jobs": -1}, "bazel.jobs: Input should be greater than or equal"),
        ({"jobs": "many"}, "bazel.jobs: Input should be a valid integer"),
        ({"options": 3}, "bazel.options: Input should be a valid tuple"),
        ({"options": "'open"}, "bazel.options: No closing quotation"),
        ({"configure": "x"}, "bazel.configure: Input should be a valid dict"),
    ],
)
def test_a_wrong_key_or_value_is_named(
    section: dict[str, object], found: str
) -> None:
    with pytest.raises(UsageError) as caught:
        bazel_settings(section)
    assert caught.value.found.startswith(found)
    assert "FABRIC_BAZEL_" in caught.value.next_step
