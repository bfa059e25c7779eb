"""The tests of proofs need the solver."""

import pytest

pytest.importorskip("z3", reason="z3 is not installed: install the extra prove")
