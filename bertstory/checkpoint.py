"""What a model is loaded from: a folder of files, the name that stories carry, the revision it was fetched at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

WEIGHTS = "model.safetensors"
INDEX = f"{WEIGHTS}.index.json"
#: Followed by what to convert and the folder to write; needs torch and transformers.
CONVERT = (
    'python -c "import sys, transformers as t; [c.from_pretrained(sys.argv[1]).save_pretrained(sys.argv[2]) '
    'for c in (t.AutoModel, t.AutoTokenizer)]"'
)


@dataclass(frozen=True)
class Checkpoint:
    """A folder with config.json, weights in safetensors and a vocabulary."""

    folder: Path
    name: str
    revision: str | None = None
