/* "Train it here": do the distributions drift or stand still while a network learns?

   A worker trains (train-worker.js, trainer.js, mlp.js), in float64, on 400 digits
   that small_digits.py wrote. This page asks it for a few steps, draws the record
   that comes back, and asks again: to pause is not to ask. Runs that differ in
   their normalisation only are kept and drawn on one scale. */

import { button, choice, format, make, plot, readout, slider, still, view } from "./kit.js"

const END = 200 // steps
const STRIDE = 2 // steps between two records of a run that one watches
const PACE = 40 // milliseconds between two requests
const SILENT = 5 // steps between two records of a run that is drawn when it is done
const RATES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]
const NORMS = {
  none: { name: "none", color: "c0", dash: "solid" },
  batch: { name: "batch norm", color: "c1", dash: "dashed" },
  layer: { name: "layer norm", color: "c2", dash: "dotted" },
}
const ACTIVATIONS = [["relu", "ReLU"], ["tanh", "tanh"], ["sigmoid", "sigmoid"]]
const HIGH = 6 // initial widths that the strip of a layer is high

export default function mount(element) {
  const worker = new Worker(new URL("./train-worker.js", import.meta.url), { type: "module" })
  const panel = view(element, "Train a network here", update)
  const norm = panel.add(choice({
    key: "norm", label: "normalisation", value: "none",
    options: Object.entries(NORMS).map(([key, { name }]) => [key, name]),
  }))
  const activation = panel.add(
    choice({ key: "activation", label: "activation", options: ACTIVATIONS, value: "relu" }))
  const depth = panel.add(
    choice({ key: "depth", label: "hidden layers", options: ["2", "4", "6"], value: "4" }))
  const rate = panel.add(slider({
    key: "lr", label: "learning rate *η*", min: 0, max: RATES.length - 1, step: 1,
    value: RATES.indexOf(0.1), to: (position) => RATES[position],
  }))
  const start = button({ key: "start", label: "Start", press: startOrPause })
  const step = button({ key: "step", label: "One step", press: oneStep })
  const reset = button({ key: "reset", label: "Reset", press: restart })
  panel.add(make("div", { class: "explore-buttons" }, start.root, step.root, reset.root))
  const losses = panel.add(plot({ grow: 1 }))
  const layers = panel.add(plot({ grow: 2 }))
  const count = readout({ key: "step", label: "step" })
  const first = readout({ key: "first", label: "layer 1 moved (widths)" })
  const last = readout({ key: "last", label: "last layer moved (widths)" })
  const loss = Object.fromEntries(Object.entries(NORMS).map(([key, { name, color, dash }]) =>
    [key, readout({ key: `loss-${key}`, label: `loss, ${name}`, mark: { color, dash } })]))
  panel.row(count, loss.none, loss.batch, loss.layer, first, last)

  let group = "", shown = "" // the settings that all of `runs` share; whose is drawn
  const runs = new Map() // normalisation to { id, settings, records, asked }
  let ids = 0, running = false, waiting

  function ask(run, steps) {
    run.asked += steps
    worker.postMessage({ id: run.id, settings: run.settings, steps })
  }

  /** A new run with the present settings, at its first state. */
  function begin(key = shown) {
    const settings = {
      norm: key, lr: rate.value, depth: Number(depth.value), activation: activation.value,
    }
    const run = { id: ++ids, settings, records: [], asked: 0 }
    runs.set(key, run)
    ask(run, 0)
    return run
  }

  function go() {
    const run = runs.get(shown)
    if (still()) run.silent = true // drawn when it has come to its end
    ask(run, Math.min(STRIDE, END - run.asked))
  }

  function startOrPause() {
    if (running) return pause()
    const run = runs.get(shown)
    run.silent = false
    if (run.asked >= END || over(run)) begin()
    running = true
    go()
  }

  function halt() {
    running = false
    clearTimeout(waiting)
  }

  function pause() {
    halt()
    runs.get(shown).silent = false
  }

  function oneStep() {
    pause()
    const run = runs.get(shown)
    if (run.asked < END && !over(run)) ask(run, 1)
  }

  function restart() {
    pause()
    begin()
  }

  /** What is not finite any more stays so. */
  const over = (run) => run.records.length > 0 && !Number.isFinite(run.records.at(-1).loss)

  worker.onerror = fail
  function fail() { // no worker, or no data: the figure comes back
    worker.terminate()
    panel.root.remove()
    delete element.dataset.mounted
  }

  worker.onmessage = ({ data: { id, record, error } }) => {
    if (error) return fail()
    const run = [...runs.values()].find((one) => one.id === id)
    if (!run) return // of settings that have been left
    run.records.push(record)
    if (record.step < run.asked) return draw() // it has been asked for more
    const done = record.step >= END || over(run)
    const watched = running && run === runs.get(shown)
    if (watched && done) running = false
    if (!done && run.silent) return ask(run, Math.min(SILENT, END - run.asked))
    if (!done && watched) waiting = setTimeout(go, PACE)
    draw()
  }

  let drawing = 0, touched = false
  panel.root.addEventListener("input", () => { touched = true })
  function draw() {
    drawing ||= requestAnimationFrame(() => {
      drawing = 0
      if (touched) panel.update()
      else update() // nobody has asked: say nothing
    })
  }

  /** Called at every input and after every record. */
  function update() {
    const now = [rate.value, depth.value, activation.value].join(" ")
    const moved = group !== "" && (now !== group || norm.value !== shown)
    if (now !== group) {
      runs.clear()
      worker.postMessage({ forget: true })
    }
    group = now
    shown = norm.value
    const fresh = !runs.has(shown)
    if (fresh) begin()
    if (moved) {
      halt()
      if (fresh && !still()) startOrPause()
    }
    return show(runs.get(shown))
  }

  function show(run) {
    const { name, color } = NORMS[shown]
    start.root.textContent = running ? "Pause" : "Start"
    const all = [...runs.entries()]
    const x = { min: 0, max: END, title: "step" }
    losses.draw({
      label: `The loss over the steps${all.map(([key, { records }]) => records.length === 0 ? ""
        : `; ${NORMS[key].name}: ${format(records.at(-1).loss, 3)} at step ${records.at(-1).step}`).join("")}.`,
      x: { ...x, bare: true },
      y: { min: 0, max: 3, title: "loss on the 400 digits (nats)" },
      marks: all.flatMap(([key, { records }]) => records.length === 0 ? [] : [
        {
          line: records.map((r) => [r.step, r.loss]), ...NORMS[key],
          width: key === shown ? 2.5 : 1.5,
        },
      ]),
    })

    const deep = run.settings.depth
    const marks = []
    for (let l = 0; l < deep; l++) {
      // One scale for all, or standing still would look like drift; the strip's edge
      // is as far as one sees.
      const at = (value) => l + 1 + Math.max(-0.48, Math.min(0.48, value / HIGH))
      const line = (pick) => run.records.map((r) => [r.step, at(pick(r.layers[l]))])
      if (l > 0) marks.push({ line: [[0, l + 0.5], [END, l + 0.5]], color: "ink", width: 0.5 })
      if (run.records.length === 0) continue
      marks.push({ area: run.records.map((r) => [r.step, at(r.layers[l].band[0]), at(r.layers[l].band[2])]), color })
      for (const unit of run.records[0].layers[l].medians.keys())
        marks.push({ line: line((layer) => layer.medians[unit]), color, width: 1, dash: "3 2" })
      marks.push({ line: line((layer) => layer.band[1]), color, width: 2 })
    }
    layers.draw({
      label: "What each activation receives, over the steps, layer by layer: the band of one "
        + "unit from the 15th to the 85th percentile, and the medians of five others.",
      x,
      y: {
        min: 0.5, max: deep + 0.5, ticks: Array.from({ length: deep }, (_, l) => l + 1),
        title: `layer; each strip is ${HIGH} initial widths high`,
      },
      marks,
    })

    for (const [key, output] of Object.entries(loss)) {
      const latest = runs.get(key)?.records.at(-1)?.loss
      output.set(latest ?? NaN, latest === undefined ? "–"
        : Number.isFinite(latest) ? format(latest, 3) : "diverged")
    }
    const record = run.records.at(-1)
    const moves = record?.layers.map((layer) => layer.move) ?? [NaN]
    count.set(record?.step ?? NaN, String(record?.step ?? "–"))
    for (const [output, move] of [[first, moves[0]], [last, moves.at(-1)]])
      output.set(move, Number.isFinite(move) ? format(move, 2) : "–")
    if (!record) return ""
    return `${name}, ${deep} layers, learning rate ${rate.value}, step ${record.step}: `
      + (over(run) ? "the loss has diverged." : `loss ${format(record.loss, 3)}; in the last `
      + `layer the medians have moved by ${format(moves.at(-1), 2)} initial widths.`)
  }

  panel.start()
  for (const key of Object.keys(NORMS)) (runs.get(key) ?? begin(key)).silent = true
}
