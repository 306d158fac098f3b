"""What an evening has brought as a page for a town's site: one file, that asks nothing of others.

No script, no font, no picture from elsewhere; read aloud it says the same; printed it stays whole.
"""

import base64
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from collabmap.app.poster import Told, evening_picture
from collabmap.app.results import (
    category_rows,
    four_numbers,
    time_rows,
)
from collabmap.app.words import _, format_date, language
from collabmap.formats.whole_file import whole_file
from collabmap.render.tokens import LIGHT

_MAP_PX, _SCALE = (1120, 680), 1.5
_STYLE = """
:root{{color-scheme:light}}
body{{margin:0;background:{window};color:{text};font:17px/1.5 system-ui,sans-serif}}
main{{max-width:70rem;margin:0 auto;padding:2rem 1.25rem 3rem}}
h1{{font-size:2.2rem;line-height:1.2;margin:.2rem 0}}
h2{{font-size:1.15rem;margin:0 0 .8rem}}
p{{margin:0}}
.about{{color:{primary};font-weight:600}}
.when,.second,footer{{color:{muted}}}
section,figure{{background:{surface};border:1px solid {line};border-radius:10px;margin:1.2rem 0 0}}
section{{padding:1.1rem 1.25rem}}
figure img{{display:block;width:100%;height:auto;border-radius:9px}}
ul{{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:1rem;list-style:none;
margin:1.2rem 0 0;padding:0}}
li{{background:{surface};border:1px solid {line};border-radius:10px;padding:.9rem 1.1rem}}
li strong{{display:block;font-size:2.2rem;line-height:1.1}}
li b{{display:block}}
table{{border-collapse:collapse;width:100%}}
th{{text-align:left;font-weight:400;padding:.2rem .8rem .2rem 0;width:30%}}
td{{padding:.2rem 0}}
.bar{{display:inline-block;height:.95rem;border-radius:4px;vertical-align:-.1rem;
margin-right:.5rem}}
footer{{margin-top:1.5rem;font-size:.9rem}}
@media print{{body{{background:#fff}}section,figure,li{{break-inside:avoid}}}}
"""


def write_page(path: Path, told: Told) -> None:
    """Write the page as one HTML file; as `write_poster`, with what it raises."""
    # Qt, which the command line must not wait for.
    from collabmap.render.png import png

    picture = png(evening_picture(told, _MAP_PX, _SCALE))
    text = _page(told, base64.b64encode(picture).decode())
    with whole_file(path) as file:
        file.write(text.encode())


def _page(told: Told, picture: str) -> str:
    results, story, span, theme = told.results, told.story, told.span, told.theme
    about, name = escape(_("What we did")), escape(told.name)
    hues = [theme.category(key).hue for key, _count in results.by_category]
    categories = zip(category_rows(results, theme), hues, strict=True)
    counts = [count for _key, count in results.by_category]
    times = story.replay.bars(*span).tolist()
    shown = escape(_("The map of what was added that evening"))
    return "\n".join(
        (
            "<!DOCTYPE html>",
            f'<html lang="{language()}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{name} · {about}</title>",
            f"<style>{_STYLE.format(**_colours())}</style></head><body><main>",
            f'<p class="about">{about}</p><h1>{name}</h1>',
            f'<p class="when">{escape(told.when)}</p>',
            "<ul>" + "".join(_number(*said) for said in four_numbers(results)) + "</ul>",
            f'<figure><img alt="{shown}" src="data:image/png;base64,{picture}"></figure>',
            _table(
                _("By category"),
                ((words, said, hue) for (words, said), hue in categories),
                counts,
            ),
            _table(
                _("Through the evening: places by 5 minutes"),
                ((when, said, LIGHT.primary) for when, said in time_rows(story, *span)),
                times,
            ),
            f"<footer>{escape(_('Made with CollabMap'))} · {escape(format_date(span[1]))}</footer>",
            "</main></body></html>",
            "",
        )
    )


def _colours() -> dict[str, str]:
    names = ("window", "text", "primary", "muted", "surface", "line")
    return {name: str(getattr(LIGHT, name)) for name in names}


def _number(number: str, words: str, second: str) -> str:
    more = f'<span class="second">{escape(second)}</span>' if second else ""
    return f"<li><strong>{escape(number)}</strong><b>{escape(words)}</b>{more}</li>"


def _table(title: str, rows: Iterable[tuple[str, str, str]], counts: Sequence[int]) -> str:
    """Return a table with a bar in each row.  rows: words, number and hue; counts: of each."""
    most = max(counts, default=0) or 1
    lines = [
        f'<tr><th scope="row">{escape(words)}</th><td><span class="bar" style="background:{hue};'
        f'width:calc((100% - 4rem)*{count / most:.3f})"></span>{escape(said)}</td></tr>'
        for (words, said, hue), count in zip(rows, counts, strict=True)
    ]
    return f"<section><h2>{escape(title)}</h2><table>{''.join(lines)}</table></section>"
