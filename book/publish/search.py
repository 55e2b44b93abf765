"""What the search finds besides the words of the pages: what others call a thing.

A heading may have ``data-search-also="words"``: what people type who look for it. The
search shows them behind its title, where a match counts most. And whoever types the
American spelling of a word finds the British one. One fault of the search is mended.
"""

import json
import re
from pathlib import Path

from bs4 import BeautifulSoup

ATTRIBUTE = "data-search-also"
# The search of Material is built on lunr, which takes two sets of words for one if this
# text of theirs is the same: letters and numbers in turn, which run together if the
# letter is a digit. Then a query with a "1" may find nothing. In the new text they are
# apart. Seen in Material 9.8.1; another version is named by a LookupError.
JOINED, APART = "e=e+s+o.id}return e", 'e=e+s+o.id+","}return e'
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


def mend_worker(site):
    """Have the search of a built ``site`` tell apart all sets of words.

    Raises LookupError if there is not what it mends.
    """
    (path,) = Path(site).glob("assets/javascripts/workers/search.*.js")
    text = path.read_text(encoding="utf-8")
    if text.count(APART) == 1:
        return  # a build after a save
    if text.count(JOINED) != 1:
        raise LookupError(
            f"{path.name} is of another version: see book/publish/search.py"
        )
    path.write_text(text.replace(JOINED, APART), encoding="utf-8")
