"""What the tests share: the fixture model, the demo model, and stories of them from the real service."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# No test asks a hub but its own; read when huggingface_hub is imported.
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np
import pytest

import bertstory as bs
from bertstory.client import Service
from bertstory.contents import Contents

ROOT = Path(__file__).parents[2]
TINY = ROOT / "test" / "fixtures" / "tiny-bert"
KEYS = "The keys to the old cabinet are on the kitchen table."
CAT = "The cat sat on the mat."


@pytest.fixture(scope="session")
def tiny() -> bs.Model:
    return bs.load(TINY)


@pytest.fixture(scope="session")
def minilm() -> bs.Model:
    return bs.load("minilm")


@pytest.fixture(scope="session")
def cat(tiny: bs.Model) -> bs.Story:
    """An exact story of the fixture model; tests must not change it."""
    return tiny.tell(CAT, exact=True).wait()


@pytest.fixture
def own_service() -> Iterator[Service]:
    """A service of the test's own, to be killed."""
    service = Service()
    yield service
    service.close()


@pytest.fixture
def contents() -> Contents:
    """Made-up contents that need no service: 2 layers, 2 heads, 3 pieces, sampled from 2 of 4 directions."""
    rng = np.random.default_rng(7)
    attention = rng.random((2, 2, 3, 3), np.float32)
    attention /= attention.sum(-1, keepdims=True)
    groups = rng.random((2, 2, 2, 3, 3), np.float32)
    norms = np.sqrt(groups.mean(0))
    return Contents(document(), attention, norms, norms / 10, groups, version=1)


def one_sentence(error: bs.Error) -> None:
    assert "\n" not in error.message and len(error.message) < 400
    assert error.hint
    assert str(error) == f"{error.message}\nHint: {error.hint}"


def document() -> dict[str, object]:
    """A document as in src/story/document.ts."""
    pieces = [
        {"text": "[CLS]", "id": 2, "start": None, "end": None, "segment": 0, "special": True, "word": None},
        {"text": 'ab"c,', "id": 5, "start": 0, "end": 5, "segment": 0, "special": False, "word": 0},
        {"text": "[SEP]", "id": 3, "start": None, "end": None, "segment": 0, "special": True, "word": None},
    ]
    method = {
        "norm": "frobenius",
        "target": "head",
        "source": "input",
        "paths": "all",
        "mode": "sampled",
        "samples": 2,
        "exact_directions": 0,
        "seed": 0,
        "precision": "float32",
        "ablate": [],
    }
    model = {"id": "made-up", "sha256": "0" * 64, "architecture": "BertModel", "layers": 2, "heads": 2, "width": 4}
    return {
        "version": 1,
        "text": 'ab"c,',
        "pair": None,
        "pieces": pieces,
        "truncated": None,
        "model": model,
        "method": method,
        "engine": {"name": "tfjs-node", "version": "4.22.0", "threads": 2},
        "timing": {},
        "made": {"version": "0.1.0", "date": "2026-11-22T00:00:00Z"},
    }
