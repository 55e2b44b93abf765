"""Guards of formulas: TeX as MathML at build time, numbered, copied as TeX."""

import html
import re

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown

from book import ROOT, model
from book.render import font, mathjax
from tests import browser

EQUATION = "\n$$\n\\begin{{equation}}\n{} \\label{{{}}}\n\\end{{equation}}\n$$\n"


@pytest.fixture
def known(tmp_path):
    return mathjax.Store(tmp_path / "mathml.json")


def render(text, tmp_path):
    """Return a page's Markdown as a soup, and its table of contents."""
    options = {
        "pymdownx.arithmatex": {"generic": True},
        "book.render.formulas": {"cache": str(tmp_path / "cache.json")},
    }
    extensions = ["attr_list", "toc", "tables", *options]
    markdown = Markdown(extensions=extensions, extension_configs=options)
    return BeautifulSoup(markdown.convert(text), "html.parser"), markdown.toc_tokens


def test_the_macros_of_the_book_are_known(known):
    tex = "\\E[x] \\le \\norm{W^\\T} \\in \\R, \\Normal, \\Loss, \\inner{x}{y}, \\tr"
    (mathml,) = known.typeset([(tex, True)])
    text = re.sub(r"<[^>]*>|\u2061", "", mathml)
    assert text == "E[x]≤‖W𝖳‖∈ℝ,𝒩,ℒ,⟨x,y⟩,tr"


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        # What follows a relation or an opening bracket is a sign, not a difference.
        ("a = -b", '<mi>a</mi><mo>=</mo><mo lspace="0" rspace="0">−</mo><mi>b</mi>'),
        ("a - b", "<mi>a</mi><mo>−</mo><mi>b</mi>"),
        # In an index there is no space around a sign.
        (
            "x_{l-1}",
            '<mrow><mi>l</mi><mo lspace="0" rspace="0">−</mo><mn>1</mn></mrow>',
        ),
        # An operator's name stands off from a letter, not from a bracket.
        ("\\tanh r", '<mi>tanh</mi><mo rspace="0.1667em">\u2061</mo><mi>r</mi>'),
        ("\\tanh(r)", '<mi>tanh</mi><mo>\u2061</mo><mo stretchy="false">(</mo>'),
        ("f'", '<mrow><mi>f</mi><mo lspace="0" rspace="0">′</mo></mrow>'),
        ("\\mathbb{R}", "<mi>ℝ</mi>"),
        # A fraction is spaced as a letter.
        ("\\frac12 \\log x", '</mfrac><mspace width="0.1667em"></mspace><mi>log</mi>'),
    ],
)
def test_mathml_has_the_spaces_of_tex_and_characters_in_place_of_variants(
    tex, expected, known
):
    (mathml,) = known.typeset([(tex, False)])
    assert expected in mathml
    assert "data-" not in mathml
    assert "mathvariant" not in mathml


def test_a_long_formula_may_break_before_its_relations(known):
    long, short, displayed = known.typeset(
        [
            ("f(x) = a + b + c + d + e + g \\le h", False),
            ("a = b", False),
            ("f(x) = a + b + c + d + e + g \\le h", True),
        ]
    )
    assert long.count("<math>") == 3
    # Browsers would take it for a prefix, without its space.
    assert '</math> <math><mo lspace="0" rspace="0.2778em">≤</mo>' in long
    assert short.count("<math>") == 1
    assert displayed.count("<math") == 1


def test_a_displayed_formula_may_break_at_its_wide_spaces(known, tmp_path):
    tex = "a = \\text{one of very many}, \\qquad b = 1 \\quad c\\,d"
    (mathml,) = known.typeset([(tex, True)])
    parts = mathml.split('<math display="block">')[1:]
    assert [re.sub("<[^>]*>", "", part) for part in parts] == [
        "a=one of very many,",
        "b=1",
        "cd",
    ]
    soup, _ = render(f"$$\n{tex}\n$$\n", tmp_path)
    place = soup.select_one(".formula.several")
    assert place.get("tabindex") is None
    assert [e.text[:2] for e in place.select(".long[tabindex]")] == ["a="]


def test_a_formula_does_not_break_within_brackets(known):
    tex = "\\Var(a + b + c + d + e \\mid f = g) = h"
    (mathml,) = known.typeset([(tex, False)])
    assert [part[:8] for part in mathml.split("<math>")[1:]] == ["<mi>Var<", "<mo lspa"]


def test_what_chromium_would_draw_badly_is_written_otherwise(known):
    sized, root = known.typeset([("\\Bigl( x \\Bigr)^2", True), ("\\sqrt m", False)])
    assert "<msup><mrow><mo minsize" in sized
    assert '<msqrt><mspace width="0" height="0.72em"></mspace><mi>m</mi>' in root
    (primed,) = known.typeset([("f'^2", False)])
    assert "<msup><mrow><mi>f</mi><mo" in primed
    assert "</mo></mrow><mrow><mn>2</mn></mrow></msup>" in primed


def test_equations_are_numbered_and_referred_to(tmp_path):
    text = "See $\\eqref{eq:b}$.\n" + EQUATION.format("x", "eq:a")
    text += EQUATION.format("y < 1", "eq:b") + "\n$$\nz\n$$\n"
    soup, _ = render(text, tmp_path)
    assert [e.get("id") for e in soup.select("div.arithmatex")] == [
        "eq:a",
        "eq:b",
        None,
    ]
    assert [e.text for e in soup.select("a.eqno")] == ["(1)", "(2)"]
    (link,) = soup.select("a.eqref")
    assert (link["href"], link.text) == ("#eq:b", "(2)")
    assert soup.select_one("[id='eq:b']")["data-tex"] == "y < 1"


def test_a_comma_stays_with_its_formula(tmp_path):
    soup, _ = render("Let $x$, $y$ and $f = a + b + c + d + e + g = h$.\n", tmp_path)
    # The second may break within: the stop stays with its last part.
    assert [e.text for e in soup.select(".keep")] == ["x,", "=h."]
    assert [e.get("data-stop") for e in soup.select(".arithmatex")] == [None, None, "."]
    assert soup.text.startswith("Let x, y and f")
    assert soup.text.endswith("h.")
    soup, _ = render("A line ($m = 0$) and [$x$ of $y$].\n", tmp_path)
    assert [e.text for e in soup.select(".keep")] == ["(m=0)", "[x", "y]."]
    assert soup.text == "A line (m=0) and [x of y]."
    # The last part scrolls on a phone, and the stop stands beside it.
    text = "$f = a + b + c + d + e + g + h + i + j$.\n"
    soup, _ = render(text, tmp_path)
    (kept,) = soup.select(".arithmatex > .keep")
    assert kept.text == "=a+b+c+d+e+g+h+i+j."
    assert kept.select_one(".long").text + "." == kept.text


def test_a_formula_in_a_heading_is_text_in_the_table_of_contents(tmp_path):
    soup, contents = render("# What $z^{(l)}$ and $\\gamma$ do\n", tmp_path)
    assert len(soup.select("h1 math")) == 2
    # MkDocs shows the name, and Zensical the HTML.
    assert contents[0]["name"] == contents[0]["html"] == "What z(l) and γ do"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$\\frac{1}$", "cannot read \\frac{1}: Missing argument for \\frac"),
        ("$\\nosuch$", "cannot read \\nosuch: Undefined control sequence \\nosuch"),
        ("$\\eqref{eq:gone}$", "an equation that is not there: \\eqref{eq:gone}"),
        (EQUATION.format("x", "a") + EQUATION.format("y", "a"), "a stands twice"),
        ("$ж$", "the font of formulas has no ж"),
    ],
)
def test_a_formula_that_is_wrong_is_quoted(text, message, tmp_path):
    with pytest.raises(mathjax.FormulaError) as error:
        render(text, tmp_path)
    assert message in str(error.value)


def test_a_wrong_formula_stops_the_build_and_names_its_page(book):
    book.page.write_text(book.page.read_text() + "\nA $\\frac{1}$.\n")
    run = book.build()
    assert run.returncode != 0
    assert "'part/chapter.md': MathJax cannot read \\frac{1}" in run.stderr
    assert "Traceback" not in run.stderr


def test_what_is_known_is_not_asked_again(known, monkeypatch):
    first = known.typeset([("x", False), ("y", True)])

    def asked(_):
        raise AssertionError("MathJax was asked")

    monkeypatch.setattr(mathjax, "_ask", asked)
    again = mathjax.Store(known.path)
    assert again.typeset([("x", False), ("y", True)]) == first
    known.path.write_text("{ damaged")
    with pytest.raises(AssertionError, match="was asked"):
        mathjax.Store(known.path).typeset([("x", False)])


def test_every_character_of_the_book_is_in_the_font(tmp_path):
    committed = (ROOT / font.FILE).read_bytes()
    assert len(committed) < 36_000
    assert committed == font.make(), "run python -m book font"
    some = [
        (tex, False)
        for text in model.Book.read(ROOT).texts.values()
        for tex in re.findall(r"(?<!\$)\$([^$\n]+)\$(?!\$)", text)[:5]
        if "ref{" not in tex
    ]
    mathml = "".join(mathjax.Store(tmp_path / "m").typeset(some))
    used = set(html.unescape(re.sub(r"<[^>]*>", "", mathml)))
    assert len(some) > 100
    assert used - mathjax.CHARACTERS == set()


def test_a_font_of_other_characters_is_another_and_made_by_one_command(
    book, monkeypatch
):
    path = book.root / font.FILE
    made = path.read_bytes()
    monkeypatch.setattr(font, "CHARACTERS", font.CHARACTERS - {"α"})
    assert font.make() != made
    path.write_bytes(b"")
    run = book.run("book", "font")
    assert run.returncode == 0, run.stderr
    assert path.read_bytes() == made


PAGE = f"""# Formulas

Take $x^2 + 1$ with $f = a + b + c + d + e + g = h$; then see $\\eqref{{eq:e}}$.
{EQUATION.format("E = m c^2", "eq:e")}
"""


@pytest.fixture
def tab(book, chromium):
    """Return a page with formulas in a browser."""
    book.page.write_text(book.page.read_text() + PAGE)
    run = book.run("mkdocs", "build")
    assert run.returncode == 0, run.stderr
    with browser.served(book.site) as address:
        rights = ["clipboard-read", "clipboard-write"]
        context = chromium.new_context(permissions=rights)
        with browser.opened(context, address, "part/chapter/") as tab:
            yield tab


def test_in_a_browser_formulas_have_their_font_copy_as_tex_and_show_when_pointed_at(
    tab,
):
    assert tab.evaluate("document.fonts.check('16px \"Book Math\"')")
    family = "getComputedStyle(document.querySelector('math')).fontFamily"
    assert "Book Math" in tab.evaluate(family)
    tab.evaluate(
        """() => {
          const paragraph = [...document.querySelectorAll("p")]
            .find(p => p.textContent.startsWith("Take"));
          getSelection().selectAllChildren(paragraph);
          document.execCommand("copy");
        }"""
    )
    copied = tab.evaluate("navigator.clipboard.readText()")
    assert (
        copied == "Take $x^2 + 1$ with $f = a + b + c + d + e + g = h$; then see (1)."
    )
    tab.locator("a.eqref").focus()
    preview = tab.locator("[role=tooltip]")
    preview.wait_for()
    assert preview.locator("math").count() == 1
    assert tab.locator("a.eqref").get_attribute("aria-describedby") == "__preview"
    tab.keyboard.press("Escape")
    preview.wait_for(state="hidden")
