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

explorations()
