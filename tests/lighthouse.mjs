// Reads an address a line and answers each with Lighthouse's scores, in one line
// of JSON; tests/audit.py starts it with the path of a Chromium, and the categories.
import readline from "node:readline";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const [chromePath, categories, ...chromeFlags] = process.argv.slice(2);
const chrome = await launch({ chromePath, chromeFlags, logLevel: "silent" });
const onlyCategories = categories.split(",");
const options = {
  port: chrome.port, onlyCategories, logLevel: "silent", disableFullPageScreenshot: true,
};
for await (const address of readline.createInterface({ input: process.stdin })) {
  const { lhr } = await lighthouse(address, options);
  const answer = { shift: lhr.audits["cumulative-layout-shift"]?.numericValue, why: [] };
  answer.machine = lhr.environment.benchmarkIndex;
  if (lhr.runtimeError) answer.why.push(lhr.runtimeError.message);
  for (const name of onlyCategories) {
    answer[name] = Math.round(100 * lhr.categories[name].score);
    if (answer[name] < 100 && name !== "performance")
      for (const { id, weight } of lhr.categories[name].auditRefs)
        if (weight && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
          answer.why.push(id);
  }
  console.log(JSON.stringify(answer));
}
await chrome.kill();
