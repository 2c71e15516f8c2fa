"""Colours as numbers: luminance and contrast (WCAG 2.1, 1.4.3), and the nearest colour text can be read on."""

import re

#: Contrast of text against its ground, WCAG 2.1 AA (1.4.3).
READABLE = 4.5


def is_colour(text: str) -> bool:
    """Say whether ``text`` is a colour as we take it: "#0062ba"."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def linear(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue of "#rrggbb" in linear light, 0 to 1 each."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" as WCAG 2.1 defines it, 0 to 1."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast between two colours as WCAG 2.1 defines it, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def darker(colour: str) -> str:
    """Return the lightest shade of ``colour`` on which white text can be read: the same mixture, with less light."""
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    for percent in range(100, -1, -1):
        shade = "#" + "".join(f"{part * percent // 100:02x}" for part in parts)
        if contrast(shade, "#ffffff") >= READABLE:
            return shade
    return "#000000"
