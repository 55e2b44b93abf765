"""The whole book as one HTML document: the articles of the site, for the printer.

:func:`joined` puts the pages together in the order of ``nav``; every anchor carries
the name of its page, and a link to another page leads to its place in the document.
"""

import datetime
import re
from html import escape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

# What serves on a screen only.
AWAY = (
    ".headerlink, .card, .program > .links, .program details > p, .map, "
    ".md-content__button, .explore-view, script, noscript"
)
# Attributes that name anchors, one or several; and those that link to one.
NAMES = ("id", "for", "aria-labelledby", "aria-describedby", "headers")
LINKS = ("href", "xlink:href")
INDEXES = ("reference/equations/", "reference/figures/")
ADDRESS = "http://book.invalid/"
DOCUMENT = "book.html"
UNKNOWN = re.compile(r"{{page of ([^}]*)}}")


class LinkError(ValueError):
    """Links of the book that lead nowhere."""


def chapters(book):
    """Return (part, title, address below the site) of each page of ``nav``."""
    found = []
    for entry in book.nav:
        path = PurePosixPath(entry.path).with_suffix("")
        path = path.parent if path.name == "index" else path
        address = "" if path == PurePosixPath() else f"{path}/"
        found.append((entry.part, entry.title, address))
    return found


def key(address):
    """Return what the anchors of a page begin with."""
    return address.strip("/").replace("/", ".") or "index"


def joined(site, book, today=None):
    """Return the whole book as one HTML document, which stands in ``site``.

    Numbers of pages are left to :func:`numbered`. Raises LinkError if a link leads
    nowhere.
    """
    site = Path(site)
    found, config = chapters(book), book.config
    pages = {address: _article(site, address) for _, _, address in found}
    anchors = {
        address: {e["id"] for e in soup.select("[id]")}
        for address, soup in pages.items()
    }
    dead, contents, body, rules, programs = [], [], [], [], []
    last = ""
    for number, (part, title, address) in enumerate(found):
        article = pages[address].article
        dead += _link(article, address, anchors, site)
        for e in article.select("li > a:first-child") if address in INDEXES else ():
            e.parent.append(_folio(e["href"].removeprefix("#")))
        heading = article.h1
        for e in heading.find_previous_siblings():  # how to download a lab
            e.decompose()
        if title and heading.get_text().strip() == config["site_name"]:
            heading.string = title  # of the front page: the book is called so
        name = key(address)
        article["id"] = name
        article["class"] = ["md-content__inner", "md-typeset", "chapter"]
        # A page with rules of its own keeps them.
        sheet = "glance" if article.select_one(".glance") else f"chapter{number}"
        article["style"] = f"page: {sheet}"
        words = " ".join(heading.get_text().split())
        rules.append(_running(sheet, part, words))
        for level in range(6, 0, -1):  # one down: a part is above its chapters
            for e in article.find_all(f"h{level}"):
                e["aria-level"] = str(level + bool(part))
        kind = ""
        if part and part != last:
            if words == part:  # the page about it begins it
                heading["aria-level"], kind = "1", ' class="part"'
            else:
                article.insert(0, _part(part))
                contents.append(f'<li class="part">{escape(part)}</li>')
        last = part
        contents.append(_entry(name, words, kind))
        body.append(article)
        folded = _take_folded(article, name)
        if folded:
            programs += [f'<h2 aria-level="2">{escape(words)}</h2>', *folded]
    if dead:
        raise LinkError("\n".join(dead))
    if programs:
        contents.append(_entry("programs", "Programs", ' class="part"'))
        body.append(
            '<article id="programs" class="md-content__inner md-typeset chapter"'
            ' style="page: programs"><h1 aria-level="1">Programs</h1>'
            f"{''.join(programs)}</article>"
        )
        rules.append(_running("programs", "", "Programs"))
    return "\n".join(
        [
            *_head(site, config, rules),
            _title(config, today or datetime.date.today()),
            '<nav class="md-typeset contents"><h1>Contents</h1>'
            f"<ol>{''.join(contents)}</ol></nav>",
            '<div class="md-content">',
            *map(str, body),
            "</div></body></html>",
        ]
    )


def _entry(name, words, kind):
    """Return an entry of the table of contents."""
    return (
        f'<li{kind}><a href="#{name}"><span>{escape(words)}</span>'
        f"<span>{{{{page of {name}}}}}</span></a></li>"
    )


def _take_folded(article, name):
    """Put a line in the place of each folded program; return their HTML.

    On paper nothing unfolds: the line says on which page the program stands.
    """
    from bs4 import BeautifulSoup

    programs = []
    for fold in article.select(".program > details:not(.printed)"):
        program = fold.select_one(".highlight")
        size = fold.summary.span.extract().get_text()
        stem = PurePosixPath(program.select_one(".filename").get_text()).stem
        anchor = program["id"] = f"{name}--program-{stem}"
        line = BeautifulSoup(
            f'<p class="aside">{fold.summary.decode_contents()}<span>{size}, '
            f'<a href="#{anchor}">page {{{{page of {anchor}}}}}</a></span></p>',
            "html.parser",
        )
        programs.append(str(program))
        fold.replace_with(line)
    return programs


def numbered(html, numbers):
    """Put numbers of pages, by name of the anchor, into contents and indexes."""
    return UNKNOWN.sub(lambda match: numbers.get(match[1], "000"), html)


def _article(site, address):
    """Return the article of a page without what serves on a screen only."""
    from bs4 import BeautifulSoup, SoupStrainer

    text = (site / address / "index.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(text, "html.parser", parse_only=SoupStrainer("article"))
    for e in soup.select(AWAY):
        e.decompose()
    for e in soup.select("details"):
        e["open"] = ""
    for e in soup.select("[data-tex], [data-search-exclude]"):
        del e["data-tex"], e["data-search-exclude"]
    return soup


def _link(article, address, anchors, site):
    """Make the anchors and links of an article those of the document.

    Returns the links that lead nowhere. What leads to a file of the site, such as
    a program to download, is left as its words.
    """
    dead = []
    for e in article.find_all(True):
        for name in NAMES:
            if name in e.attrs:
                value = e[name] if isinstance(e[name], list) else e[name].split()
                e[name] = " ".join(f"{key(address)}--{each}" for each in value)
        for name, value in e.attrs.items():
            if isinstance(value, str) and "url(#" in value:
                e[name] = value.replace("url(#", f"url(#{key(address)}--")
    for e in article.find_all(True):
        for name in LINKS:
            if name not in e.attrs:
                continue
            parts = urlsplit(urljoin(ADDRESS + address, e[name]))
            if parts.netloc != urlsplit(ADDRESS).netloc:
                continue
            path, anchor = unquote(parts.path).lstrip("/"), unquote(parts.fragment)
            if path in anchors and (not anchor or anchor in anchors[path]):
                e[name] = f"#{key(path)}" + (f"--{anchor}" if anchor else "")
            elif path not in anchors and (site / path).is_file():
                e.unwrap()
            else:
                dead.append(f"{address or 'the front page'}: {e[name]} leads nowhere")
        if e.name == "img" and not urlsplit(e["src"]).scheme:
            e["src"] = urljoin(ADDRESS + address, e["src"])
    return dead


def _running(sheet, part, title):
    """Return the rule that has a chapter's pages say which they are."""
    if sheet == "glance":
        return ""
    left, right = (_quoted(text) for text in (part, title))
    boxes = f"@top-left {{ content: {left} }} @top-right {{ content: {right} }}"
    return f"@page {sheet} {{ {boxes} }}"


def _quoted(text):
    return '"' + re.sub(r'(["\\])', r"\\\1", text).replace("<", r"\3c ") + '"'


def _part(title):
    from bs4 import BeautifulSoup

    return BeautifulSoup(f'<h1 class="part">{escape(title)}</h1>', "html.parser").h1


def _head(site, config, rules):
    """Return the beginning of the document, with the style sheets of the site."""
    front = (site / "index.html").read_text(encoding="utf-8")
    sheets = re.findall(r'<link rel="stylesheet" href="[^"]*">', front)
    return [
        f'<!doctype html>\n<html lang="{config["theme"]["language"]}"><head>',
        '<meta charset="utf-8">',
        f"<title>{escape(config['site_name'])}</title>",
        f'<meta name="author" content="{escape(config["site_author"])}">',
        *sheets,
        f"<style>{''.join(rules)}</style></head>",
        '<body dir="ltr" class="book" data-md-color-scheme="default"',
        'data-md-color-primary="indigo" data-md-color-accent="indigo">',
    ]


def _folio(name):
    """Return the page of the anchor ``name``, to stand behind it in an index."""
    from bs4 import BeautifulSoup

    text = f'<span class="folio">{{{{page of {name}}}}}</span>'
    return BeautifulSoup(text, "html.parser").span


def _title(config, today):
    date = f"{today.day} {today:%B %Y}"
    return (
        '<header class="md-typeset title">'
        f'<p class="name">{escape(config["site_name"])}</p>'
        f"<p>{escape(config['site_description'])}</p>"
        f"<p>{escape(config['site_author'])}</p>"
        f'<p class="made">Printed on <time>{date}</time>. {config["copyright"]}</p>'
        "</header>"
    )
