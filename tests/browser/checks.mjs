// What must hold on every page.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const MOST_BYTES = 450_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What a page does while it is watched: console, errors, requests, bytes. */
export class Watch {
  constructor(page, base) {
    this.page = page;
    this.faults = [];
    this.sizes = [];
    // A download begins as a page that is not shown.
    const aborted = (request) => request.failure()?.errorText === 'net::ERR_ABORTED';
    this.listeners = {
      console: (m) => ['error', 'warning'].includes(m.type()) && this.faults.push(`console: ${m.text()}`),
      pageerror: (e) => this.faults.push(`error: ${e.message}`),
      request: (r) => /^(https?|wss?):/.test(r.url()) && !r.url().startsWith(`${base}/`) && this.faults.push(`request to another host: ${r.url()}`),
      requestfailed: (r) => aborted(r) || this.faults.push(`request failed: ${r.url()}`),
      response: (r) => this.sizes.push(r.body().then((b) => b.length, () => 0)),
    };
    for (const [event, listener] of Object.entries(this.listeners)) page.on(event, listener);
  }

  end() {
    for (const [event, listener] of Object.entries(this.listeners)) this.page.off(event, listener);
  }
}

/** What is wrong with the page that is shown; `rules` of axe-core, or `all`. */
export async function faultsOf(page, watch, rules) {
  const bytes = (await Promise.all(watch.sizes)).reduce((a, b) => a + b, 0);
  const faults = [...watch.faults];
  if (bytes > MOST_BYTES) faults.push(`${Math.round(bytes / 1000)} kB, more than ${MOST_BYTES / 1000}`);
  const [wide, width] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  if (wide > width) faults.push(`scrolls sideways: ${wide} px on ${width}`);
  // The browser's own tools may evaluate what the page's policy forbids.
  await page.evaluate(AXE);
  const options = { resultTypes: ['violations'], ...(rules === 'all' ? {} : { runOnly: rules }) };
  const found = await page.evaluate((options) => globalThis.axe.run(document, options), options);
  for (const v of found.violations.filter((v) => ['serious', 'critical'].includes(v.impact))) {
    faults.push(`axe: ${v.id}, ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join(' | ')}`);
  }
  return faults;
}
