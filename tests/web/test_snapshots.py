"""The main pages look as they did when somebody last looked at them: `docs/images`."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conftest import ROOT
from web.screens import LOOKS, PAGES, pictures
from web.serving import running

pytestmark = pytest.mark.slow
KEPT = ROOT / "docs" / "images"
BLOCK = 10  # px; letters may be drawn otherwise by another release of the browser
FAR = 24.0  # of 255, the mean difference of a block that looks other
MOST = 0.02  # of the blocks may; a chart that is gone or a moved column is far more


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_look_as_they_did(browser, tmp_path, look):
    with running(f"sqlite:///{tmp_path / 'app.db'}") as (address, _):
        found = pictures(browser, address, look, tmp_path)

    others = {name: unlike(KEPT / path.name, path) for name, path in found.items()}

    assert set(others) == set(PAGES)
    assert {name: share for name, share in others.items() if share > MOST} == {}


def unlike(kept: Path, now: Path) -> float:
    """The share of the blocks of two pictures that look other; 1 where the sizes differ."""
    one, other = (np.asarray(Image.open(p).convert("RGB"), dtype=float) for p in (kept, now))
    if one.shape != other.shape:
        return 1.0
    height, width = (size // BLOCK * BLOCK for size in one.shape[:2])
    apart = (one - other)[:height, :width]
    blocks = apart.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK, 3).mean(axis=(1, 3, 4))
    return float((np.abs(blocks) > FAR).mean())
