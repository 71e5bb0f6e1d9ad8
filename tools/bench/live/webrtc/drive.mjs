// Opens one page of a call in a browser of its own and does what skirret-bench says.
//
//   node drive.mjs ROLE CHROMIUM FOLDER [BROWSER OPTION…]
//
// ROLE: sender or receiver; FOLDER: empty, for the browser's profile.
//
// In: one JSON object a line, {"call": name, "argument": …}. Out, for each: {"result": …} or {"error": text}.
//   clip   argument: a y4m file, which the sender's page reads
//   clock  two ways to map the page's clock to CLOCK_MONOTONIC, in ns:
//          origin_ns (performance.now() counts from it) as the browser says, and what the driver saw itself:
//          the origin lies between earliest_ns and latest_ns
//   any other name is a function of the page (sender.js, receiver.js).
// The end of stdin ends the browser.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [role, executablePath, folder, ...options] = process.argv.slice(2);
const nearby = (name) => readFileSync(new URL(name, import.meta.url), "utf8");

// Nothing but the call may use the link or the processor; candidates with their addresses (no mDNS).
const browserArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-features=WebRtcHideLocalIpsWithMdns",
  "--autoplay-policy=no-user-gesture-required",
  ...options,
];

async function clockOf(page, session) {
  const { metrics } = await session.send("Performance.getMetrics");
  const origin = metrics.find((metric) => metric.name === "NavigationStart").value;
  let earliest = -Infinity;
  let latest = Infinity;
  for (let tries = 0; tries < 50; ++tries) {
    const before = Number(process.hrtime.bigint());
    const page_ms = await page.evaluate(() => performance.now());
    const after = Number(process.hrtime.bigint());
    earliest = Math.max(earliest, before - page_ms * 1e6);
    latest = Math.min(latest, after - page_ms * 1e6);
  }
  return { origin_ns: Math.round(origin * 1e9), earliest_ns: Math.round(earliest), latest_ns: Math.round(latest) };
}

const context = await chromium.launchPersistentContext(folder, {
  executablePath,
  headless: true,
  args: browserArguments,
  viewport: { width: 640, height: 360 },
});
// Else the browser would only look for a way to the public network, and there is none.
await context.grantPermissions(["camera", "microphone"], { origin: "https://call.test" });
const page = context.pages()[0] ?? (await context.newPage());
page.on("pageerror", (error) => process.stderr.write(`page: ${error}\n`));
page.on("console", (message) => process.stderr.write(`page: ${message.text()}\n`));
// A secure origin (the APIs need one) that is served from here, not from a network.
await page.route("https://call.test/", (route) =>
  route.fulfill({ contentType: "text/html", body: "<!doctype html><meta charset=utf-8><title>call</title>" }));
await page.goto("https://call.test/");
await page.setContent(nearby(`${role}.html`));
await page.addScriptTag({ content: nearby(`${role}.js`) });
const session = await context.newCDPSession(page);
await session.send("Performance.enable", { timeDomain: "timeTicks" });

async function obey({ call, argument }) {
  if (call === "clip") return page.setInputFiles("#clip", argument);
  if (call === "clock") return clockOf(page, session);
  return page.evaluate(([name, value]) => window[name](value), [call, argument]);
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    answer = { result: (await obey(JSON.parse(line))) ?? null };
  } catch (error) {
    answer = { error: String(error.message ?? error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
await context.close();
