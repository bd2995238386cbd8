// Goes through every page of a ledger read from examples/pages in a browser: node tests/browser/run.mjs PROGRAM
//
// On every page, light and dark and 390 px wide: status 200, nothing in the console, nothing from another host, at most
// 450 kB, no scrolling sideways, and axe-core finds nothing serious (all of its rules on the light page, contrast on the
// dark one). Then it uses the pages as a reader would (flows.mjs).
// Before all that it holds the checks against a page that is full of faults: each check must find its own.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn, spawnSync } from 'node:child_process';
import { chromium } from 'playwright-core';
import { Watch, faultsOf } from './checks.mjs';
import { flows } from './flows.mjs';

const SCREENS = [
  { name: 'light', rules: 'all', viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  { name: 'dark', rules: ['color-contrast'], viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  { name: 'phone', rules: ['scrollable-region-focusable', 'label'], viewport: { width: 390, height: 844 }, colorScheme: 'light' },
];

const program = process.argv[2];
const folder = mkdtempSync(join(tmpdir(), 'chancery-browser-'));
const ledger = join(folder, 'examples.ledger');
let server, browser;
try {
  const read = spawnSync(program, ['read', 'examples/pages', '--ledger', ledger], { encoding: 'utf8' });
  assert.equal(read.status, 0, read.stderr);
  server = spawn(program, ['serve', '--ledger', ledger, '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const base = await addressOf(server);
  const executablePath = spawnSync('sh', ['-c', 'command -v "$CHROMIUM"'], { encoding: 'utf8' }).stdout.trim();
  assert.ok(executablePath, 'name a Chromium in CHROMIUM, or use run.sh');
  // As root, as in many containers, Chromium has no sandbox; the pages are our own.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  browser = await chromium.launch({ executablePath, args });
  await checksCanFail(base);
  const wrong = [];
  // A part of a flow's name, to run only that one while it is written.
  const only = process.argv[3];
  const addresses = await addressesOf(base);
  for (const screen of only ? [] : SCREENS) {
    const page = await browser.newPage(screen);
    for (const address of addresses) {
      const watch = new Watch(page, base);
      const response = await page.goto(base + address, { waitUntil: 'load' });
      if (response.status() !== 200) wrong.push(`${address}: status ${response.status()}`);
      wrong.push(...(await faultsOf(page, watch, screen.rules)).map((fault) => `${address} (${screen.name}): ${fault}`));
      watch.end();
    }
    await page.close();
  }
  assert.deepEqual(wrong, [], `${wrong.length} faults:\n${wrong.join('\n')}`);
  if (!only) console.log(`browser: ${addresses.length} pages on ${SCREENS.length} screens are well`);
  for (const [name, flow] of Object.entries(flows)) {
    if (only && !name.includes(only)) continue;
    const context = await browser.newContext({ ...SCREENS[0], acceptDownloads: true });
    const page = await context.newPage();
    const watch = new Watch(page, base);
    try {
      await flow(page, base);
    } catch (trouble) {
      throw new Error(`${name}, at ${page.url()}: ${trouble.message}`, { cause: trouble });
    }
    assert.deepEqual(watch.faults, [], name);
    await context.close();
    console.log(`browser: ${name}`);
  }
} finally {
  await browser?.close();
  server?.kill();
  rmSync(folder, { recursive: true, force: true });
}

/** The address that the server says it listens on. */
function addressOf(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (bytes) => {
      said += bytes;
      const found = said.match(/serving (http:\/\/[^/]+)\//);
      if (found) resolve(found[1]);
    });
    child.on('exit', () => reject(new Error(`the server ended: ${said}`)));
  });
}

/** Every kind of page; of events the one with most reports, of the rest the first. */
async function addressesOf(base) {
  const get = async (path) => (await fetch(base + path)).text();
  const events = JSON.parse(await get('/api/v1/events?limit=500')).items;
  const most = events.reduce((a, b) => (b.reports > a.reports ? b : a));
  const linked = async (page, kind) => {
    const found = (await get(page)).match(new RegExp(`href="(/${kind}/[^"]+)"`));
    assert.ok(found, `${page} links to no ${kind}`);
    return found[1].replaceAll('&amp;', '&');
  };
  const nav = [...(await get('/')).matchAll(/<nav aria-label="Sections">.*?<\/nav>/gs)][0][0];
  const sections = [...nav.matchAll(/href="([^"]+)"/g)].map((m) => m[1]);
  assert.ok(sections.length >= 9, `${sections}`);
  return [
    ...sections,
    '/?actor=CHN&status=occurred',
    '/?text=zebra',
    '/pair?actor=CHN&other=RUS',
    '/network?by=country',
    '/map?actor=RUS',
    '/quotes?speaker=RUS',
    '/search?q=talks',
    '/actor/CHN',
    `/event/${most.id}`,
    await linked('/outlets', 'article'),
    await linked('/stories', 'story'),
    `/correct?report=${JSON.parse(await get(`/api/v1/event/${most.id}`)).tellings[0].key}`,
    '/changes',
    '/queries',
    `/data?sql=${encodeURIComponent('SELECT id, type, day FROM events')}`,
    '/?type=nonsense',
  ];
}

/** A page with one fault of each kind: all of them are found, or the test is worth nothing. */
async function checksCanFail(base) {
  const page = await browser.newPage(SCREENS[2]);
  await page.route('**/broken', async (route) => {
    const policy = (await route.fetch({ url: `${base}/`, maxRedirects: 0 })).headers();
    const body = `<!DOCTYPE html><html><title></title><body><input><script>alert(1)</script><img src="https://elsewhere.invalid/a.png">
      <div style="width:2000px">${'wide '.repeat(100_000)}</div><table width=2000><tr><td>wide</table></body></html>`;
    await route.fulfill({ status: 200, headers: { ...policy, 'content-length': `${body.length}` }, body });
  });
  const watch = new Watch(page, base);
  await page.goto(`${base}/broken`);
  const faults = (await faultsOf(page, watch, 'all')).join('\n');
  for (const fault of ['console', 'Content Security Policy', 'elsewhere.invalid', 'kB', 'sideways', 'axe: label', 'axe: image-alt']) {
    assert.ok(faults.includes(fault), `the checks miss a fault (${fault}); they found:\n${faults}`);
  }
  await page.close();
}
