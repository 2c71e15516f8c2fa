"""The municipality's colour as a theme: one accent becomes the sixteen shades Designsystemet asks for, light and dark.

Every shade keeps the accent's hue and takes the luminance of the same shade in Designsystemet's own theme
(`@digdir/designsystemet-css`, `dist/theme/designsystemet.css`). Contrast (WCAG 2.1, 1.4.3) depends on luminance alone,
so whatever colour a municipality has, text stays as readable as in the theme that was tested.
"""

import math
from functools import lru_cache

from trepart.colours import READABLE, contrast, is_colour, linear, luminance

__all__ = ["contrast", "is_colour", "luminance", "shades", "stylesheet"]

RGB = tuple[float, float, float]

_LIGHT = {
    "background-default": "#ffffff", "background-tinted": "#eef4fa", "surface-default": "#ffffff",
    "surface-tinted": "#ddeaf6",
    "surface-hover": "#c7ddf0", "surface-active": "#afcee9", "border-subtle": "#99c0e3", "border-default": "#2a7cc5",
    "border-strong": "#005db1", "text-subtle": "#005db1", "text-default": "#002c54", "base-default": "#0062ba",
    "base-hover": "#004f96",
    "base-active": "#003d75", "base-contrast-subtle": "#dbe9f5", "base-contrast-default": "#ffffff",
}  # fmt: skip
_DARK = {
    "background-default": "#0c1927", "background-tinted": "#102033", "surface-default": "#142941",
    "surface-tinted": "#172f4b",
    "surface-hover": "#1a3757", "surface-active": "#21446d", "border-subtle": "#285182", "border-default": "#5a84b4",
    "border-strong": "#8eaacb", "text-subtle": "#8eaacb", "text-default": "#e7edf4", "base-default": "#4c91cf",
    "base-hover": "#6fa6d8",
    "base-active": "#92bce1", "base-contrast-subtle": "#0d1924", "base-contrast-default": "#000000",
}  # fmt: skip


@lru_cache(maxsize=4)
def stylesheet(accent: str) -> str:
    """Return the style sheet that gives Designsystemet ``accent`` ("#rrggbb"); empty where it is no colour."""
    if not is_colour(accent):
        return ""
    light, dark = _block(accent, _LIGHT), _block(accent, _DARK)
    return (
        f":root,[data-color-scheme=light]{{{light}}}\n"
        f"[data-color-scheme=dark]{{{dark}}}\n"
        f"@media (prefers-color-scheme:dark){{[data-color-scheme=auto]{{{dark}}}}}\n"
    )


def shades(accent: str, *, dark: bool = False) -> dict[str, str]:
    """Return the sixteen shades of ``accent``, by Designsystemet's names."""
    chroma, hue = _chroma_hue(accent)
    found = {name: _shade(chroma, hue, luminance(model)) for name, model in (_DARK if dark else _LIGHT).items()}
    if not dark and contrast(accent, "#ffffff") >= READABLE:
        # The municipality's own colour, exactly, where white text can be read on it; what one points
        # at and presses is darker.
        own = luminance(accent)
        found["base-default"] = accent.lower()
        found["base-hover"], found["base-active"] = _shade(chroma, hue, own * 0.66), _shade(chroma, hue, own * 0.4)
    return found


def _block(accent: str, scheme: dict[str, str]) -> str:
    found = shades(accent, dark=scheme is _DARK)
    return "".join(f"--ds-color-accent-{name}:{value};" for name, value in found.items())


def _shade(chroma: float, hue: float, wanted: float) -> str:
    """Find the colour of this hue with the luminance ``wanted``; as much of the chroma as the screen can show."""
    while True:
        low, high = 0.0, 1.0
        for _ in range(30):
            middle = (low + high) / 2
            if _luminance_of(_from_oklch(middle, chroma, hue)) < wanted:
                low = middle
            else:
                high = middle
        rgb = _from_oklch((low + high) / 2, chroma, hue)
        if chroma < 0.002 or all(-0.0005 <= part <= 1.0005 for part in rgb):
            return _hex(rgb)
        chroma *= 0.92


def _luminance_of(rgb: RGB) -> float:
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]


def _hex(rgb: RGB) -> str:
    def part(value: float) -> int:
        value = min(max(value, 0.0), 1.0)
        return round(255 * (12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055))

    return "#" + "".join(f"{part(value):02x}" for value in rgb)


def _chroma_hue(colour: str) -> tuple[float, float]:
    # Oklab (Björn Ottosson, 2020): a space in which hue stays put while lightness changes.
    red, green, blue = linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return math.hypot(a, b), math.atan2(b, a)


def _from_oklch(lightness: float, chroma: float, hue: float) -> RGB:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
