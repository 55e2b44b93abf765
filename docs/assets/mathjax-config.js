// All of the book's MathJax configuration. MathJax itself is served by the
// site from the same folder; nothing comes from another host.
window.MathJax = {
  tex: {
    inlineMath: [["\\(", "\\)"]],
    displayMath: [["\\[", "\\]"]],
    processEscapes: true,
    processEnvironments: true,
    tags: "ams",
    // An unknown command is an error, in place of red text or a request for an
    // extension that the site does not serve.
    packages: { "[-]": ["autoload", "noundefined", "require"] },
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
  options: {
    // The menu would make each formula a tab stop. What screen readers read, the
    // assistive MathML, does not depend on it.
    enableMenu: false,
    // A heading comes into the table of contents without its class.
    ignoreHtmlClass: ".*",
    processHtmlClass: "arithmatex|md-ellipsis",
  },
  startup: {
    // A formula that is wider than its place scrolls: let the keyboard reach it.
    async pageReady() {
      await MathJax.startup.defaultPageReady();
      const watcher = new ResizeObserver((entries) => {
        for (const { target } of entries) {
          if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
          else target.removeAttribute("tabindex");
        }
      });
      const displayed = '.arithmatex:has(> [display="true"])';
      for (const formula of document.querySelectorAll(displayed)) {
        watcher.observe(formula);
      }
      // One within a line of text that is too long for it (on a phone) gets a
      // line of its own, which scrolls.
      const inline = document.querySelectorAll("article span.arithmatex");
      const fit = () => {
        for (const formula of inline) formula.classList.remove("wide");
        const wide = [...inline].filter((formula) => {
          const place = formula.closest("p, li, dd, figcaption, summary");
          return place && formula.offsetWidth > place.clientWidth;
        });
        for (const formula of wide) {
          formula.classList.add("wide");
          watcher.observe(formula);
        }
      };
      fit();
      window.addEventListener("resize", fit);
      document.addEventListener("toggle", fit, true); // an answer folds out
    },
  },
};
