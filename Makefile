# Two commands for a fresh checkout; each does its own set-up.
#
#   make demo     carry the demo model to an Xcode project
#   make test     run every test (ARGS="-k console" chooses some)
#
# Needed: python3 (3.10 to 3.13), git, make, g++.

PYTHON ?= python3
BIN := .venv/bin
# tests/conftest.py says how many; ARGS="-n0" runs all tests in one process.
WORKERS := -n auto
# Not the template, which is C++ only when it is rendered, and not the
# declarations that stand in for Apple's.
CPP = git ls-files '*.cc' '*.h' '*.mm' ':!templates' ':!tests/camera/apple_stubs'
CPP_STYLE = --style=file:camera/.clang-format

.PHONY: demo test check setup setup-dev lock clean

demo: setup
	-$(BIN)/fab runtime.fetch
	$(BIN)/fab integrate:model=demo

test: setup-dev
	$(BIN)/fab runtime.fetch
	$(BIN)/python -m pytest $(WORKERS) $(ARGS)

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@if command -v clang-format >/dev/null; then \
	    $(CPP) | xargs clang-format $(CPP_STYLE) --dry-run -Werror; \
	else echo "clang-format is not installed: C++ style is not checked"; fi

setup:
	@$(PYTHON) scripts/bootstrap.py

setup-dev:
	@$(PYTHON) scripts/bootstrap.py --dev

# The lock files, for every Python and platform that pyproject.toml names.
LOCK = uv pip compile --no-config --universal --generate-hashes --no-header \
    --quiet --python-version 3.10 --default-index https://pypi.org/simple

lock:
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --extra dev -c requirements.txt pyproject.toml \
	    -o requirements-dev.txt

clean:
	rm -rf build .venv .mypy_cache .pytest_cache .ruff_cache
