"""Turn a chart into an SVG drawing that a page can hold: offline, small, legible in the dark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import vl_convert

from keepline.report.look import CONFIG, GRID, INK, MUTED, NUMBERS, PAPER
from keepline.report.markup import escape

if TYPE_CHECKING:
    import altair as alt

VEGA_LITE: Final = "6.4"
INKS: Final = {
    INK: "currentColor",
    MUTED: "var(--muted)",
    GRID: "var(--grid)",
    PAPER: "var(--paper)",
}
_NOISE = re.compile(r' (?:aria-[a-z]+|role|class|font-family|xmlns(?::xlink)?)="[^"]*"')
_IDS = re.compile(r'( id="|url\(#|href="#)([^")]+)')
_LONG = re.compile(r"(\d+\.\d\d)\d+")
_ROOT = re.compile(r'<svg(?:"[^"]*"|[^">])*>')
_SIZE = re.compile(r'(width|height)="([\d.]+)"')
_TAG = re.compile(r'<(?:"[^"]*"|[^">])*>')


def spec(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return a chart as a Vega-Lite specification in the house's look.

    It is not checked against the grammar here, which takes as long as drawing it; the tests are.
    """
    described: dict[str, Any] = chart.to_dict(validate=False)
    return {**described, "config": {**described.get("config", {}), **CONFIG}}


def svg(chart: alt.TopLevelMixin) -> str:
    """Return a chart drawn as a stand-alone SVG file; no network, no font of the machine needed."""
    drawn: str = vl_convert.vegalite_to_svg(
        spec(chart), vl_version=VEGA_LITE, format_locale=NUMBERS, allowed_base_urls=[]
    )
    return drawn


def inline(chart: alt.TopLevelMixin, key: str, title: str, alternative: str) -> str:
    """Return a chart as an ``<svg>`` element of a page.

    Args:
        chart: What to draw.
        key: A name that no other drawing of the page has; its ids begin with it.
        title: What it shows, read aloud as its name.
        alternative: What a reader who cannot see it needs to know.

    Returns:
        The element; ink and grid take the page's colours, so that it reads on dark paper too.
    """
    drawn = svg(chart)
    found = _ROOT.search(drawn)
    if found is None:  # pragma: no cover - the renderer always draws a root element
        return ""
    size = dict(_SIZE.findall(found.group()))
    seen: dict[str, str] = {}
    body = _TAG.sub(lambda tag: _tidied(tag.group(), key, seen), drawn[found.end() :])
    root = (
        f'<svg role="img" aria-labelledby="{key}-title {key}-about" '
        f'viewBox="0 0 {size["width"]} {size["height"]}" width="{size["width"]}" '
        f'style="max-width:100%;height:auto">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-about">{escape(alternative)}</desc>'
    )
    return root + body


def _tidied(tag: str, key: str, seen: dict[str, str]) -> str:
    """Shorten a tag, give it live colours, and number its ids anew.

    The renderer counts ids on from one drawing to the next; numbered anew, equal charts are equal.
    """

    def renamed(found: re.Match[str]) -> str:
        return found[1] + seen.setdefault(found[2], f"{key}-{len(seen)}")

    tidy = _LONG.sub(r"\1", _IDS.sub(renamed, _NOISE.sub("", tag)))
    for fixed, live in INKS.items():
        tidy = tidy.replace(f'"{fixed}"', f'"{live}"')
    return tidy
