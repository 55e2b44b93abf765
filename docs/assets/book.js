/* What every page of the book does in the browser; a module, so it is deferred.

   One function per duty, all called at the end. A page works without it. */

/** Turn each `data-explore` into what explore/NAME.js makes of it, once it is near
    the window. Until then, and if that fails, its figure stands there. */
function explorations() {
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue
      near.unobserve(target)
      import(`./explore/${target.dataset.explore}.js`).then(({ default: mount }) => {
        mount(target)
        target.dataset.mounted = ""
      }, console.error)
    }
  }, { rootMargin: "100%" })
  for (const place of document.querySelectorAll("[data-explore]")) near.observe(place)
}

/** Lay out what waits for it (see theme/main.html) while the browser has nothing else
    to do: a few elements a frame, so that no task keeps the reader waiting. The last
    one marks the article, for whoever measures it. */
function layout() {
  const article = document.querySelector("article")
  const inner = ".piecewise .md-content__inner"
  const pieces = document.querySelectorAll(
    `.piecewise .md-sidebar--primary, ${inner} > *, ${inner} > :is(dl, .glance) > *`,
  )
  const idle = window.requestIdleCallback ?? ((next) => setTimeout(next, 50))
  let next = 0
  const some = () => {
    for (let size = 0; size < 100 && next < pieces.length; next++) {
      pieces[next].classList.add("laid")
      if (!pieces[next].matches("dl, .glance")) {
        size += 1 + pieces[next].getElementsByTagName("*").length
      }
    }
    if (next < pieces.length) idle(some)
    else article.dataset.laid = ""
  }
  if (document.readyState === "complete") idle(some)
  else addEventListener("load", () => idle(some))
}

/** What is wider than its place scrolls: let the keyboard reach it, and only it. */
function scrolling() {
  const tell = (place, what) => {
    if (place.scrollWidth > place.clientWidth + 1) {
      place.tabIndex = 0
      place.setAttribute("role", "group")
      place.setAttribute("aria-label", `${what}, scrolls sideways`)
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) place.removeAttribute(name)
    }
  }
  const formulas = new ResizeObserver((entries) => {
    for (const { target } of entries) tell(target, "Formula")
  })
  for (const place of document.querySelectorAll(".formula, .long")) formulas.observe(place)
  // Material takes wide programs from the keyboard where there is a touch screen, and
  // makes a landmark without a name of the toolbar of each.
  const reach = (code) => {
    if (code.tabIndex < 0 && code.scrollWidth > code.clientWidth) code.tabIndex = 0
  }
  const programs = new ResizeObserver((entries) => {
    for (const { target } of entries) reach(target)
  })
  const mends = new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      if (target.localName === "code") reach(target)
      for (const node of addedNodes) {
        if (node.matches?.(".md-code__nav")) node.setAttribute("role", "none")
      }
    }
  })
  for (const code of document.querySelectorAll("pre > code")) {
    programs.observe(code)
    mends.observe(code.parentElement, { attributeFilter: ["tabindex"], childList: true, subtree: true })
  }
  const tables = () => {
    for (const place of document.querySelectorAll(".md-typeset__scrollwrap")) tell(place, "Table")
  }
  (window.requestIdleCallback ?? setTimeout)(tables)
  addEventListener("resize", tables)
}

/** Copying a formula gives its TeX. */
function copying() {
  document.addEventListener("copy", (event) => {
    const selection = getSelection()
    if (!selection.rangeCount || selection.isCollapsed) return
    const range = selection.getRangeAt(0)
    const within = range.commonAncestorContainer
    const one = (within.nodeType === 1 ? within : within.parentElement).closest("[data-tex]")
    const box = document.createElement("div")
    box.append(one ? one.cloneNode(true) : range.cloneContents())
    const formulas = box.querySelectorAll("[data-tex]")
    if (!formulas.length) return
    for (const formula of formulas) {
      const { tex, stop = "" } = formula.dataset
      formula.replaceWith(formula.matches(".display") ? `\n$$${tex}$$\n` : `$${tex}$${stop}`)
    }
    event.clipboardData.setData("text/plain", box.textContent)
    event.preventDefault()
  })
}

/** A reference to an equation, a source or a term shows it while one points at it
    or has the focus on it; a finger sees it at its first tap. */
function previews() {
  const seen = new Map()
  const page = (url) => {
    if (!seen.has(url)) {
      seen.set(url, fetch(url).then((answer) => answer.text())
        .then((text) => new DOMParser().parseFromString(text, "text/html")))
    }
    return seen.get(url)
  }
  const find = async (link) => {
    const url = new URL(link.href), id = decodeURIComponent(url.hash.slice(1))
    url.hash = ""
    const here = url.href === location.href.split("#")[0]
    const target = (here ? document : await page(url.href)).getElementById(id)
    const entry = target?.closest("dt") ? target.closest("dt").nextElementSibling : target
    if (!entry) return null
    const copy = document.importNode(entry, true)
    for (const each of [copy, ...copy.querySelectorAll("[id], [tabindex]")]) {
      each.removeAttribute("id")
      each.removeAttribute("tabindex")
    }
    for (const each of copy.querySelectorAll(".eqno, .headerlink")) each.remove()
    // Its links lead from the page that it stands on.
    for (const each of copy.querySelectorAll("a[href]")) {
      each.setAttribute("href", new URL(each.getAttribute("href"), url).href)
    }
    return copy
  }
  const box = document.createElement("div")
  box.className = "preview md-typeset"
  box.id = "__preview"
  box.setAttribute("role", "tooltip")
  box.hidden = true
  document.body.append(box)
  let shown = null, timer = 0
  const hide = () => {
    clearTimeout(timer)
    shown?.removeAttribute("aria-describedby")
    shown = null
    box.hidden = true
  }
  const show = async (link) => {
    const entry = await find(link).catch(() => null)
    if (!entry || shown === link) return
    hide()
    shown = link
    link.setAttribute("aria-describedby", box.id)
    box.replaceChildren(entry)
    box.hidden = false
    const at = link.getBoundingClientRect(), size = box.getBoundingClientRect()
    const width = document.documentElement.clientWidth
    box.style.left = `${Math.max(8, Math.min(at.left, width - size.width - 8)) + scrollX}px`
    const above = at.bottom + size.height + 8 > innerHeight && at.top > size.height + 56
    box.style.top = `${(above ? at.top - size.height - 6 : at.bottom + 6) + scrollY}px`
  }
  const wanted = "article a.eqref, article a[href*='bibliography/#'], article a.term"
  const later = (delay, action) => {
    clearTimeout(timer)
    timer = setTimeout(action, delay)
  }
  for (const link of document.querySelectorAll(wanted)) {
    link.addEventListener("pointerenter", ({ pointerType }) => {
      if (pointerType !== "touch") later(150, () => show(link))
    })
    link.addEventListener("pointerleave", () => later(250, hide))
    link.addEventListener("focus", () => later(0, () => show(link)))
    link.addEventListener("blur", () => later(250, hide))
    link.addEventListener("click", (event) => {
      const finger = event.pointerType === "touch" && link.classList.contains("term")
      if (finger && shown !== link) {
        event.preventDefault()
        show(link)
      } else hide()
    })
  }
  box.addEventListener("pointerenter", () => clearTimeout(timer))
  box.addEventListener("pointerleave", () => later(250, hide))
  document.addEventListener("keydown", ({ key }) => key === "Escape" && hide())
}

/** A link to what is folded away unfolds it. */
function unfolding() {
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    const folded = target?.closest("details:not([open])")
    if (!folded) return
    folded.open = true
    target.scrollIntoView()
  }
  addEventListener("hashchange", open)
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']")
    if (link && link.hash === location.hash) requestAnimationFrame(open)
  })
  open()
}

layout()
explorations()
scrolling()
copying()
previews()
unfolding()
