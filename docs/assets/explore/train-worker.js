/* The worker of train.js: trains off the page's own thread, and answers each
   request { id, settings, steps } with one small record. */

import { decode, Trainer } from "./trainer.js"

const place = "../../downloads/phenomenon/training-dynamics/small_digits.json"
const data = fetch(new URL(place, import.meta.url)).then((answer) => answer.json()).then(decode)
const runs = new Map()

onmessage = async ({ data: { id, settings, steps, forget } }) => {
  try {
    const digits = await data
    if (forget) return runs.clear()
    if (!runs.has(id)) runs.set(id, new Trainer(digits, settings))
    const run = runs.get(id)
    run.advance(steps)
    postMessage({ id, record: run.record() })
  } catch (error) {
    postMessage({ error: String(error) })
  }
}
