/* What every page of the book does in the browser; a module, so it is deferred.

   One function per duty, all called at the end. A page works without it. */

const idle = window.requestIdleCallback ?? ((next) => setTimeout(next, 50))

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
  const drawer = ".piecewise .md-sidebar--primary"
  const pieces = document.querySelectorAll(
    `${drawer}, ${drawer} [data-md-level="1"], ${inner} > *, ${inner} > :is(dl, .glance) > *`,
  )
  let next = 0
  const some = () => {
    for (let size = 0; next < pieces.length; next++) {
      const piece = pieces[next]
      // What is folded costs nothing, and programs wait for themselves.
      const more = piece.matches("dl, .glance, details, .highlight")
        ? 0 : 1 + piece.getElementsByTagName("*").length
      if (size > 0 && size + more > 60) break
      size += more
      piece.classList.add("laid")
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
    const wide = place.scrollWidth > place.clientWidth + 1
    // It fades, which can wait; by then it may have changed again.
    if (wide !== place.classList.contains("wide")) {
      idle(() => place.classList.toggle("wide", place.hasAttribute("tabindex")))
    }
    if (wide) {
      place.tabIndex = 0
      place.setAttribute("role", "group")
      place.setAttribute("aria-label", `${what}, scrolls sideways`)
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) place.removeAttribute(name)
    }
  }
  // A place may stay as it is while what it holds grows: what was not laid out yet is,
  // or a font has come.
  const places = new Map()
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const place = places.has(target) ? target : target.parentElement
      tell(place, places.get(place))
    }
  })
  for (const place of document.querySelectorAll(".formula, .long, .md-typeset__scrollwrap")) {
    const table = place.matches(".md-typeset__scrollwrap")
    places.set(place, table ? "Table" : "Formula")
    sizes.observe(place)
    if (table) sizes.observe(place.firstElementChild)
  }
  // To ask what is not laid out yet would have it laid out, all at once.
  const all = () => places.forEach((what, place) => {
    if (place.checkVisibility?.({ contentVisibilityAuto: true }) ?? true) tell(place, what)
  })
  document.fonts.addEventListener("loadingdone", () => idle(all))
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
  // The page has a tab stop for what is wide on a phone. Where it fits it would be lost
  // with the focus on it, once it is laid out.
  const roomy = matchMedia("(min-width: 76.25em)").matches
  for (const code of document.querySelectorAll("pre > code")) {
    if (roomy) code.removeAttribute("tabindex")
    programs.observe(code)
    mends.observe(code.parentElement, { attributeFilter: ["tabindex"], childList: true, subtree: true })
  }
}

/** A folded program is copied without unfolding it. Material copies what is rendered,
    and so nothing of what is folded. */
function programs() {
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest?.(".program > .links > button")
    if (!button) return
    const code = button.closest(".program").querySelector(".language-python code")
    await navigator.clipboard.writeText(code.textContent)
    window.alert$?.next("Copied to clipboard")
  })
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
programs()
copying()
previews()
unfolding()
