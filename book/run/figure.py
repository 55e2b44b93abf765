"""A matplotlib backend: ``plt.show()`` saves the figure as the book shows it.

The SVG keeps its text as text, carries a title and a description, and takes
its colours from CSS variables of the site, so that one file serves the light
and the dark scheme. Outside the site the fallback of each variable holds.
"""

import hashlib
import io
import os
import re
import sys
from pathlib import Path

from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_svg import FigureCanvasSVG

from book.run.svg import themed


def describe(figure):
    """Say in words what axes ``figure`` has and what is labelled in them."""

    def plain(text):
        return " ".join(re.sub(r"[$\\{}]", "", text).split())

    parts = []
    for axes in figure.axes:
        names = [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()]
        title, x, y = map(plain, names)
        labels = axes.get_legend_handles_labels()[1]
        part = (title and f"{title}. ") + f"Horizontal: {x or 'no label'}. "
        part += f"Vertical: {y or 'no label'}."
        parts.append(
            part + (" Shown: " + ", ".join(map(plain, labels)) + "." if labels else "")
        )
    return " ".join(parts)


class FigureManager(FigureManagerBase):
    """Saves what ``plt.show()`` is asked to show."""

    @classmethod
    def pyplot_show(cls, *, block=None):
        """Write the open figure to the path in ``BOOK_FIGURE``, if it is set.

        Raises RuntimeError for a second figure: both would be NAME.svg.
        """
        target = os.environ.get("BOOK_FIGURE")
        for manager in Gcf.get_all_fig_managers():
            if target and os.path.exists(target):
                raise RuntimeError(
                    "two figures under one name: a snippet draws one figure; "
                    "make two panels of it, or two snippets"
                )
            buffer = io.StringIO()
            figure = manager.canvas.figure
            figure.savefig(buffer, format="svg", metadata={"Date": None})
            if target:
                main = sys.modules["__main__"]
                prefix = hashlib.sha256(Path(main.__file__).read_bytes()).hexdigest()
                title = (main.__doc__ or "").strip()
                text = themed(
                    buffer.getvalue(),
                    title,
                    describe(figure),
                    f"f{prefix[:8]}",
                )
                Path(target).write_text(text, encoding="utf-8")
        Gcf.destroy_all()


class FigureCanvas(FigureCanvasSVG):
    """matplotlib asks a backend for a class of this name."""

    manager_class = FigureManager
