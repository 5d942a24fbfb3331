"""Pictures of seals as people upload them."""

import io
from typing import Any

from PIL import Image, ImageDraw

RED = (200, 20, 30)


def seal_picture(
    kind: str = "PNG",
    mode: str = "RGB",
    size: tuple[int, int] = (400, 300),
    paper: Any = "white",
    ink: Any = RED,
    box: tuple[int, int, int, int] | None = (100, 50, 299, 249),
    **options: Any,
) -> bytes:
    """A disc of 200 pixels on paper; nothing but paper without `box`."""
    image = Image.new(mode, size, paper)
    if box:
        ImageDraw.Draw(image).ellipse(box, fill=ink)
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()
