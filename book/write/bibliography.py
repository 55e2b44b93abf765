"""Turn the .bib file into the list that the bibliography page embeds."""

import logging

import bibtexparser

logging.getLogger("bibtexparser").setLevel(logging.ERROR)


def entries(path):
    """Return the entries of the .bib file: key to a dict of fields.

    Raises ValueError, naming the file, for an entry that cannot be read or that
    lacks the author, title, year, venue or identifier.
    """
    library = bibtexparser.parse_file(str(path))
    if library.failed_blocks:
        block = library.failed_blocks[0]
        raise ValueError(f"{path}:{block.start_line + 1}: this entry cannot be read")
    found = {}
    for entry in library.entries:
        fields = {name: field.value for name, field in entry.fields_dict.items()}
        missing = [name for name in ("author", "title", "year") if name not in fields]
        if not any(n in fields for n in ("journal", "booktitle", "publisher")):
            if "eprint" not in fields and "howpublished" not in fields:
                missing.append("journal or booktitle")
        if not any(n in fields for n in ("doi", "eprint", "url", "isbn")):
            missing.append("doi, eprint, isbn or url")
        if missing:
            raise ValueError(f"{path}: {entry.key} has no {', no '.join(missing)}")
        found[entry.key] = fields
    return found


def markdown(path):
    """Return the reference list in Markdown, each entry with its key as anchor."""
    lines = []
    for key, fields in sorted(entries(path).items(), key=_order):
        lines += [
            f'<p class="reference" id="{key}" markdown="span">',
            _line(fields),
        ]
        lines += ["</p>", ""]
    return "\n".join(lines)


def _order(item):
    return _authors(item[1]["author"]).lower(), item[1]["year"]


def _authors(text):
    """Turn "Last, First and Last, First" into "Last, First; Last, First"."""
    names = [" ".join(name.split()) for name in text.split(" and ")]
    return "; ".join("et al." if name == "others" else name for name in names)


def _line(fields):
    """Return one reference: authors, year, title, venue, identifier, how seen."""
    title = " ".join(fields["title"].replace("{", "").replace("}", "").split())
    venue = fields.get("journal") or fields.get("booktitle")
    venue = venue or fields.get("publisher") or fields.get("howpublished") or ""
    stop = "" if title.endswith(("?", "!", ".")) else "."
    parts = [f"{_authors(fields['author'])} ({fields['year']}). {title}{stop}"]
    if venue:
        venue = " ".join(venue.replace("{", "").replace("}", "").split())
        where = f"*{venue}*"
        if "volume" in fields:
            where += f" {fields['volume']}"
            where += f"({fields['number']})" if "number" in fields else ""
        if "pages" in fields:
            where += ", " + fields["pages"].replace("--", "–")
        parts.append(where + ".")
    places = []
    if "doi" in fields:
        places.append(f"doi:[{fields['doi']}](https://doi.org/{fields['doi']})")
    if "eprint" in fields:
        eprint = fields["eprint"]
        places.append(f"arXiv:[{eprint}](https://arxiv.org/abs/{eprint})")
    if not places and "url" in fields:
        places.append(f"<{fields['url']}>")
    if "isbn" in fields:
        places.append(f"ISBN {fields['isbn']}")
    parts.append(", ".join(places))
    if fields.get("seen") == "quoted":
        parts[-1] = parts[-1].rstrip(".") + ". Numbered places: as quoted by others."
    return " ".join(parts)
