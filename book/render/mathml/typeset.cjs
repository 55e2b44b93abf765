// Reads {"tex", "display"} as lines of JSON, writes {"mathml"} or {"error"} for
// each, in order. MathJax parses the TeX; what it would lay out itself is left to
// the browser, as MathML Core. Started by book/render/formulas.py with the folder that
// has node_modules.
const { createRequire } = require("node:module");
const readline = require("node:readline");

// Notation is one for the whole book: its macros stand here and nowhere else.
const macros = {
  E: "\\operatorname{E}",
  Var: "\\operatorname{Var}",
  Cov: "\\operatorname{Cov}",
  R: "\\mathbb{R}",
  Normal: "\\mathcal{N}",
  Loss: "\\mathcal{L}",
  diag: "\\operatorname{diag}",
  tr: "\\operatorname{tr}",
  sigmoid: "\\operatorname{sigmoid}",
  relu: "\\operatorname{relu}",
  norm: ["{\\lVert #1 \\rVert}", 1],
  abs: ["{\\lvert #1 \\rvert}", 1],
  inner: ["{\\langle #1, #2 \\rangle}", 2],
  T: "\\mathsf{T}",
};

// MathML Core has no mathvariant but "normal": other alphabets are characters of
// their own. [A, a, 0, exceptions]; script capitals of TeX are calligraphic.
const alphabets = {
  script: [0x1d49c, 0x1d4b6, 0, { B: "ℬ", E: "ℰ", F: "ℱ", H: "ℋ", I: "ℐ", L: "ℒ", M: "ℳ", R: "ℛ", e: "ℯ", g: "ℊ", o: "ℴ" }],
  "double-struck": [0x1d538, 0x1d552, 0x1d7d8, { C: "ℂ", H: "ℍ", N: "ℕ", P: "ℙ", Q: "ℚ", R: "ℝ", Z: "ℤ" }],
  fraktur: [0x1d504, 0x1d51e, 0, { C: "ℭ", H: "ℌ", I: "ℑ", R: "ℜ", Z: "ℨ" }],
  "sans-serif": [0x1d5a0, 0x1d5ba, 0x1d7e2, {}],
  monospace: [0x1d670, 0x1d68a, 0x1d7f6, {}],
  bold: [0x1d400, 0x1d41a, 0x1d7ce, {}],
  italic: [0x1d434, 0x1d44e, 0, { h: "ℎ" }],
  "bold-italic": [0x1d468, 0x1d482, 0, {}],
};
alphabets["-tex-calligraphic"] = alphabets.script;

function styled(text, variant) {
  const [upper, lower, digit, exceptions] = alphabets[variant];
  return [...text].map((c) => {
    const code = c.charCodeAt(0);
    if (exceptions[c]) return exceptions[c];
    if (c >= "A" && c <= "Z") return String.fromCodePoint(upper + code - 65);
    if (c >= "a" && c <= "z") return String.fromCodePoint(lower + code - 97);
    if (digit && c >= "0" && c <= "9") return String.fromCodePoint(digit + code - 48);
    return c;
  }).join("");
}

// The space around an operator that browsers know without being told (MathML
// Core, appendix B), in em: [left, right].
const MEDIUM = [0.2222, 0.2222], THICK = [0.2778, 0.2778];
const usual = { ",": [0, 0.1667], ";": [0, 0.1667], "\u2061": [0, 0] };
for (const c of "+−±∓×⋅∗⊙") usual[c] = MEDIUM;
for (const c of "=<>≤≥≈∼∝≠→∈≪≫←↦⟶≡") usual[c] = THICK;
for (const c of "()[]{}⟨⟩⌊⌋⌈⌉") usual[c] = [0, 0];
const lengths = { thinmathspace: 0.1667, mediummathspace: 0.2222, thickmathspace: 0.2778 };

const escape = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const row = (node) => node.isInferred || ["mrow", "TeXAtom"].includes(node.kind);
// The operator that an embellished one, such as a sum with limits, is built on.
const operator = (node) => (node?.isEmbellished ? node.coreMO() : null);
// What TeX puts before a node, in em; for the cell of a table this is nothing.
const before = (node) => {
  const space = node.texSpacing();
  return space ? (lengths[space] ?? parseFloat(space)) : 0;
};
// Not for all of what MathJax calls attributes is there a meaning in MathML Core.
const kept = new Set(["accent", "accentunder", "depth", "display", "displaystyle", "fence",
  "height", "href", "id", "largeop", "linethickness", "maxsize", "minsize",
  "movablelimits", "scriptlevel", "stretchy", "symmetric", "voffset", "width"]);

function children(node, spaces) {
  const list = node.childNodes.filter(Boolean);
  if (!row(node) && !["math", "mstyle", "mpadded", "mphantom", "mtd", "msqrt"].includes(node.kind)) {
    return list.map((child) => show(child, spaces));
  }
  return list.map((child, k) => {
    if (k === 0) return show(child, spaces);
    const gap = before(child), left = operator(list[k - 1]), right = operator(child);
    if (right && !(left && usual[left.getText()]?.[1])) spaces.set(right, [gap, spaces.get(right)?.[1] ?? 0]);
    else if (left) spaces.set(left, [spaces.get(left)?.[0] ?? 0, gap]);
    else if (gap) return [`<mspace width="${gap}em"></mspace>`, show(child, spaces)];
    return show(child, spaces);
  });
}

function show(node, spaces) {
  if (node.isKind("text")) return escape(node.getText());
  // First the children, whose spaces depend on what stands beside them: an
  // operator is written after its row has been looked at.
  if (node.isKind("mo")) return { node };
  const inner = children(node, spaces);
  if (node.isInferred) return inner;
  return { node, inner };
}

// The glyph of a prime is raised by itself. In an <msup> browsers would raise it again,
// so it is written as a letter that follows its base.
const prime = (shown) => /^[′″‴]$/.test(shown?.node?.isToken ? shown.node.getText() : "");

function write(shown, spaces) {
  if (typeof shown === "string") return shown;
  if (Array.isArray(shown)) return shown.map((each) => write(each, spaces)).join("");
  const { node } = shown;
  if (["msup", "msubsup"].includes(node.kind)) {
    const above = shown.inner.at(-1);
    const marks = above.node && row(above.node) ? above.inner.flat(Infinity) : [above];
    if (prime(marks[0])) {
      const [mark, ...rest] = marks.map((each) => write(each, spaces));
      const below = node.kind === "msubsup" ? write(shown.inner[1], spaces) : "";
      // An index stands under the prime, not behind it, if nothing else is raised.
      const narrow = below && !rest.length ? `<mpadded width="0">${mark}</mpadded>` : mark;
      const base = `<mrow>${write(shown.inner[0], spaces)}${narrow}</mrow>`;
      const power = rest.length ? `<mrow>${rest.join("")}</mrow>` : "";
      const kind = ["mrow", "msub", "msup", "msubsup"][(below ? 1 : 0) + (power ? 2 : 0)];
      return kind === "mrow" ? base : `<${kind}>${base}${below}${power}</${kind}>`;
    }
  }
  // Chromium gives a bracket with scripts the size it was given only within a row.
  if (["msub", "msup", "msubsup"].includes(node.kind)) {
    const base = write(shown.inner[0], spaces);
    shown.inner[0] = base.startsWith("<mo minsize") ? `<mrow>${base}</mrow>` : base;
  }
  // A root over small letters would hang below the line, as if it stood lower.
  if (node.isKind("msqrt")) shown.inner = [`<mspace width="0" height="0.72em"></mspace>`, shown.inner];
  let text = node.isKind("mo") ? escape(node.childNodes.map((c) => c.getText()).join("")) : write(shown.inner, spaces);
  if (text === "―") text = "‾"; // fonts stretch this one
  const all = node.attributes.getAllAttributes();
  const attributes = {};
  for (const [name, value] of Object.entries(all)) {
    if (kept.has(name)) attributes[name] = value;
  }
  const variant = all.mathvariant;
  if (alphabets[variant] && (variant !== "italic" || text.length > 1)) text = styled(text, variant);
  else if (variant === "normal" && node.isKind("mi") && [...text].length === 1) attributes.mathvariant = "normal";
  if (node.isKind("mo")) {
    let [left, right] = spaces.get(node) ?? [0, 0];
    if (node.leads) left = 0; // see mathml()
    const first = node.Parent?.childNodes[0] === node && node.Parent.childNodes.length > 1;
    const known = first && "+−±".includes(text) ? [0, 0] : node.leads ? undefined : usual[text];
    if (left !== known?.[0]) attributes.lspace = left ? `${left}em` : "0";
    if (right !== known?.[1]) attributes.rspace = right ? `${right}em` : "0";
  }
  if (node.isKind("mover") && /^[\^¯~˙ˇ→―]$/.test(node.childNodes[1].getText?.() ?? "")) {
    attributes.accent = "true";
  }
  if (node.isKind("mtable")) {
    const align = String(all.columnalign ?? "");
    attributes.class = align.startsWith("right left") ? "aligned" : align.startsWith("left") ? "cases" : "";
    if (!attributes.class) delete attributes.class;
  }
  if (node.isKind("mstyle") && !Object.keys(attributes).length) return text;
  if (node.isKind("TeXAtom") && node.childNodes[0]?.childNodes.length === 1) return text;
  const kind = node.isKind("TeXAtom") ? "mrow" : node.kind;
  const list = Object.entries(attributes).map(([n, v]) => ` ${n}="${escape(String(v)).replace(/"/g, "&quot;")}"`);
  return `<${kind}${list.join("")}>${text}</${kind}>`;
}

// A long formula within a line of text may break before its relations, outside of
// brackets; a displayed one where it has a wide space. It becomes several <math>
// elements, between which the browser may break the line.
const LONG = 14;
const WIDE = /^<mspace width="[1-9][\d.]*em"><\/mspace>$/;
const TEXCLASS = { ORD: 0, REL: 3, OPEN: 4, CLOSE: 5 };
const leaves = (node) => node.childNodes.length && !node.isToken ? node.childNodes.filter(Boolean).reduce((n, c) => n + leaves(c), 0) : 1;

function mathml(root, display) {
  // MathJax gives a fraction no class; TeX spaces it as a letter.
  root.walkTree((node) => { if (node.isKind("mfrac")) node.texClass = TEXCLASS.ORD; });
  root.setTeXclass(null);
  const spaces = new Map();
  const whole = show(root, spaces);
  let top = whole.inner.flat(Infinity);
  const parts = [[]];
  if (display) {
    for (const each of top.map((node) => write(node, spaces))) {
      if (WIDE.test(each)) parts.push([]);
      else parts.at(-1).push(each);
    }
    return parts.map((part) => `<math display="block">${part.join("")}</math>`).join("");
  }
  let open = 0;
  for (const each of top) {
    const kind = each.node?.isKind("mo") && each.node.texClass;
    open += (kind === TEXCLASS.OPEN) - (kind === TEXCLASS.CLOSE);
    const breaks = kind === TEXCLASS.REL && !open && leaves(root) >= LONG;
    if (breaks && parts.at(-1).length) {
      parts.push([]);
      // Browsers take a sign that is the first of a <math> for a prefix, without the
      // spaces of a relation: ``leads`` has them written out.
      each.node.leads = true;
    }
    parts.at(-1).push(each);
  }
  // A space of the text, which vanishes where the line breaks, as that of TeX does.
  return parts.map((part) => `<math>${part.map((each) => write(each, spaces)).join("")}</math>`).join(" ");
}

async function main() {
  const MathJax = createRequire(`${process.argv[2]}/`)("mathjax");
  await MathJax.init({
    loader: { load: ["input/tex"] },
    tex: {
      packages: { "[-]": ["autoload", "noundefined", "require"] },
      macros,
      formatError: (_, error) => { throw error; },
    },
    startup: { typeset: false },
  });
  const { STATE } = MathJax._.core.MathItem;
  const page = MathJax.startup.document;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { tex, display } = JSON.parse(line);
    let answer;
    try {
      answer = { mathml: mathml(page.convert(tex, { display, end: STATE.COMPILED }), display) };
    } catch (error) {
      answer = { error: String(error.message ?? error) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
  }
}

main();
