"""What the search finds besides the words of the pages: what others call a thing.

A heading may have ``data-search-also="words"``: what people type who look for it. The
search shows them behind its title, where a match counts most. And whoever types the
American spelling of a word finds the British one.
"""

import json
import re

from bs4 import BeautifulSoup

ATTRIBUTE = "data-search-also"
BRITISH = re.compile(
    r"\b(\w*(?:al|ar|im)i)s(ation|e|ed|er|ers|es|ing)\b", re.IGNORECASE
)


def also(html, url):
    """Return what the headings of a page are called besides: location to words.

    A location is that of the search index: the ``url`` of the page for its title, and
    ``url#id`` for another heading.
    """
    if ATTRIBUTE not in html:
        return {}
    headings = BeautifulSoup(html, "html.parser").select(f"[{ATTRIBUTE}]")
    return {
        url if heading.name == "h1" else f"{url}#{heading['id']}": heading[ATTRIBUTE]
        for heading in headings
    }


def american(text):
    """Return the words of a text that are spelt otherwise in America, spelt so."""
    words = {f"{one}z{two}".lower() for one, two in BRITISH.findall(text)}
    return sorted(words)


def amend(path, names):
    """Add other ``names`` (location to words) and spellings to the index at ``path``.

    Raises LookupError if a location is not in the index.
    """
    index = json.loads(path.read_text(encoding="utf-8"))
    left = dict(names)
    for entry in index["docs"]:
        words = american(f"{entry['title']} {entry['text']}")
        if words:
            entry["text"] += f"<p>({', '.join(words)})</p>"
        if entry["location"] in left:
            entry["title"] += f" ({left.pop(entry['location'])})"
    if left:
        raise LookupError(f"the search does not know {', '.join(left)}")
    path.write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")
