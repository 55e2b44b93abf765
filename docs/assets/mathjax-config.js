// All of the book's MathJax configuration. MathJax itself is served by the
// site from the same folder; nothing comes from another host.
window.MathJax = {
  tex: {
    inlineMath: [["\\(", "\\)"]],
    displayMath: [["\\[", "\\]"]],
    processEscapes: true,
    processEnvironments: true,
    tags: "ams",
    macros: {
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
      norm: ["\\lVert #1 \\rVert", 1],
      abs: ["\\lvert #1 \\rvert", 1],
      inner: ["\\langle #1, #2 \\rangle", 2],
      T: "\\mathsf{T}",
    },
  },
  options: { ignoreHtmlClass: ".*", processHtmlClass: "arithmatex" },
};
