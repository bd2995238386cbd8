// The pages as a reader uses them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

export const flows = {
  'the list is filtered, and filters are taken away again': async (page, base) => {
    await page.goto(base);
    await page.getByLabel('Type', { exact: true }).selectOption('CONSULT');
    await page.getByLabel('Actor').fill('CHN');
    await page.getByRole('button', { name: 'Filter' }).click();
    const address = new URL(page.url());
    assert.deepEqual([address.searchParams.get('type'), address.searchParams.get('actor')], ['CONSULT', 'CHN']);
    const types = await page.locator('tr.event .type').allTextContents();
    assert.ok(types.length > 0 && types.every((t) => t === 'CONSULT'), `${types}`);
    await page.getByRole('link', { name: /^Type CONSULT/ }).click();
    assert.equal(new URL(page.url()).searchParams.get('type'), null);
    assert.ok((await page.locator('tr.event').count()) > types.length);
  },

  'from an event to its article and back to the actor': async (page, base) => {
    await page.goto(`${base}/?actor=SAU&other=IRN`);
    await page.locator('tr.event .words a').first().click();
    assert.ok((await page.locator('.telling').count()) > 0);
    const words = await page.locator('.telling mark').first().textContent();
    await page.locator('.telling .article-line a').first().click();
    const text = await page.locator('.text').textContent();
    assert.ok(text.replace(/\s|\d/g, '').includes(words.replace(/\s|\d/g, '')), `${words} is not in the article`);
    await page.locator('.found .party a').first().click();
    assert.match(page.url(), /\/actor\//);
  },

  'words are found': async (page, base) => {
    await page.goto(base);
    await page.getByRole('searchbox', { name: 'Search the articles' }).fill('ceasefire');
    await Promise.all([page.waitForURL('**/search?**'), page.keyboard.press('Enter')]);
    assert.ok((await page.locator('.hits li mark').count()) > 0);
  },

  'two actors are compared': async (page, base) => {
    await page.goto(`${base}/pair`);
    await page.getByLabel('Actor').fill('China');
    await page.getByLabel('and', { exact: true }).fill('Russia');
    await page.getByRole('button', { name: 'Show' }).click();
    assert.ok((await page.locator('.weeks svg rect').count()) > 2);
    await page.getByText('The figures as a table').click();
    assert.ok(await page.getByRole('table').first().isVisible());
  },

  'the keyboard reaches the contents first': async (page, base) => {
    await page.goto(`${base}/quotes`);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the contents');
    await page.keyboard.press('Enter');
    assert.equal(new URL(page.url()).hash, '#main');
  },

  'a wrong value of a filter is named': async (page, base) => {
    await page.goto(`${base}/?type=consultt&from=yesterday`);
    const said = await page.getByRole('alert').textContent();
    assert.ok(said.includes('CONSULTT') && said.includes('CONSULT') && said.includes('2026-02-15'), said);
    assert.equal(await page.locator('tr.event').count(), 0);
    await page.goto(`${base}/?type=consult`);
    assert.ok((await page.locator('tr.event').count()) > 0, 'small letters are taken');
  },

  'figures are saved as drawings and as data': async (page, base) => {
    for (const address of ['/', '/map', '/network', '/pair?actor=CHN&other=RUS']) {
      await page.goto(base + address);
      const [drawing] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as SVG' }).click()]);
      const svg = await contents(drawing);
      assert.ok(svg.startsWith('<svg') && svg.includes('fill=') && !svg.includes('127.0.0.1'), `${address}: ${svg.slice(0, 200)}`);
      const parsed = await page.evaluate((text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror')?.textContent, svg);
      assert.equal(parsed, undefined);
      const [table] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save the data' }).click()]);
      const rows = (await contents(table)).trim().split('\r\n');
      assert.ok(rows.length > 2 && rows[0].includes(','), `${address}: ${rows[0]}`);
    }
  },

  'names on pictures do not lie over each other': async (page, base) => {
    for (const address of ['/network', '/network?by=country', '/map']) {
      await page.goto(base + address);
      const boxes = await page.locator('figure text.name').evaluateAll((all) => all.map((t) => [t.textContent, t.getBoundingClientRect().toJSON()]));
      assert.ok(boxes.length > 5, `${boxes.length} names`);
      for (const [i, [one, a]] of boxes.entries()) {
        for (const [other, b] of boxes.slice(i + 1)) {
          const over = a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3;
          assert.ok(!over, `${address}: ${one} and ${other}`);
        }
      }
    }
    await page.goto(`${base}/network?by=country`);
    const names = await page.locator('figure text.name').allTextContents();
    assert.ok(!names.some((n) => n.startsWith('Government of')) && new Set(names).size === names.length, `${names}`);
  },

  'a report is corrected, and the correction undone': async (page, base) => {
    await page.goto(`${base}/?actor=SAU&other=IRN&type=AGREE`);
    await page.locator('tr.event .words a').first().click();
    const event = page.url();
    await page.locator('.why summary').first().click();
    await page.getByRole('link', { name: 'Correct this report' }).first().click();
    await page.getByLabel('What', { exact: true }).selectOption('set-place');
    await page.getByLabel('To', { exact: true }).fill('Muscat');
    await page.getByLabel('Why').fill('the browser test says so');
    await page.getByRole('button', { name: 'See what changes' }).click();
    assert.match(await page.locator('.change').textContent(), /place: .+ → Muscat/);
    assert.ok(!(await (await fetch(event)).text()).includes('Muscat'), 'nothing has changed before it is accepted');
    await page.getByRole('button', { name: 'Accept' }).click();
    assert.match(await page.locator('.corrections li').first().textContent(), /Muscat.*applied/s);
    assert.ok((await (await fetch(event)).text()).includes('Muscat'));
    await page.locator('.undo').getByLabel('Why').fill('it was not there');
    await page.getByRole('button', { name: 'Undo' }).click();
    const states = await page.locator('.corrections li .meta strong').allTextContents();
    assert.deepEqual(states, ['applied', 'undone']);
    assert.ok(!(await (await fetch(event)).text()).includes('Muscat'));
    assert.equal(await page.getByRole('button', { name: 'Undo' }).count(), 0);
  },

  'a list is saved under a name, followed as a feed, and let go': async (page, base) => {
    await page.goto(`${base}/`);
    assert.equal(await page.getByLabel('Save this list as').count(), 0, 'all events are no query');
    await page.goto(`${base}/?actor=CHN&type=consult`);
    const events = await page.locator('tr.event').count();
    await page.getByLabel('Save this list as').fill('China & talks');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    assert.equal(new URL(page.url()).pathname, '/queries');
    const row = page.getByRole('row', { name: /China & talks/ });
    assert.match(await row.textContent(), new RegExp(`actor CHN, type CONSULT.*${events}`));
    const feed = await (await fetch(base + (await row.getByRole('link', { name: 'Feed' }).getAttribute('href')))).text();
    assert.equal(feed.split('<entry>').length - 1, events);
    assert.ok(feed.includes(`${base}/query/China%20%26%20talks/feed`), 'the feed says where it is');
    await row.getByRole('link', { name: 'China & talks', exact: true }).click();
    assert.equal(await page.locator('tr.event').count(), events);
    const address = `${base}/query/${encodeURIComponent('China & talks')}`;
    assert.equal((await fetch(address, { redirect: 'manual' })).status, 303);
    const forged = new URLSearchParams({ name: 'x', actor: 'CHN', token: 'guessed' });
    for (const headers of [{}, { Origin: base }, { Origin: 'http://evil.example' }]) {
      assert.equal((await fetch(`${base}/queries`, { method: 'POST', headers, body: forged })).status, 403);
    }
    await page.goto(`${base}/queries`);
    await page.getByRole('button', { name: 'Delete China & talks' }).click();
    assert.match(await page.locator('main').textContent(), /None is saved yet/);
    assert.equal((await fetch(address)).status, 404);
  },

  'layers of an article are switched without a script': async (page, base) => {
    const plain = await page.context().browser().newPage({ javaScriptEnabled: false });
    await plain.goto(`${base}/search?q=navalny`);
    await plain.locator('.hits a').first().click();
    const background = () => plain.locator('.text mark').first().evaluate((m) => getComputedStyle(m).backgroundColor);
    const marked = await background();
    await plain.getByLabel(/^reports of events/).uncheck();
    assert.notEqual(await background(), marked);
    const under = () => plain.locator('.text .named').first().evaluate((m) => getComputedStyle(m).borderBottomStyle);
    assert.equal(await under(), 'dotted');
    await plain.getByLabel(/^names/).uncheck();
    assert.equal(await under(), 'none');
    await plain.close();
  },

  'pages are read in, dropped and pasted': async (page, base) => {
    await page.goto(`${base}/import`);
    const lantern = 'Velm and Tessin talk\n\nLantern Weekly, 3 March 2026\n\nChinese Foreign Minister Wang Yi met his Russian counterpart Sergei Lavrov in Moscow on Monday.\n';
    const files = [
      { name: 'talks.txt', mimeType: 'text/plain', buffer: Buffer.from(lantern) },
      { name: 'picture.png', mimeType: 'image/png', buffer: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex') },
      { name: 'again.txt', mimeType: 'text/plain', buffer: Buffer.from(lantern) },
    ];
    await page.getByLabel('Drop files here, or choose them').setInputFiles(files);
    await page.getByText('3 files done.').waitFor({ timeout: 60_000 });
    const rows = await page.locator('#read tbody tr').allTextContents();
    assert.equal(rows.length, 3, rows.join('\n'));
    assert.match(rows[0], /talks\.txt\s*read/);
    assert.match(rows[1], /picture\.png.*not read: ./s);
    assert.match(rows[2], /known before/);
    await page.locator('#read tbody a').first().click();
    assert.match(await page.locator('.text').textContent(), /Sergei Lavrov/);
    await page.goto(`${base}/import`);
    await page.getByLabel(/^The text/).fill('Japan accused Russia of spying on Tuesday, 10 March 2026.');
    await page.getByRole('button', { name: 'Read' }).click();
    assert.match(await page.locator('.read tbody').textContent(), /pasted\.txt\s*read/);
    await page.goto(`${base}/changes`);
    while (await page.locator('a[rel=next]').count()) await page.locator('a[rel=next]').click();
    assert.match(await page.locator('main').textContent(), /pasted\.txt/);
  },

  'the ledger is asked in SQL, and cannot be written so': async (page, base) => {
    const ask = async (sql) => {
      await page.goto(`${base}/data`);
      await page.getByLabel('A statement that reads').fill(sql);
      await page.getByRole('button', { name: 'Ask' }).click();
    };
    await ask('SELECT type, count(*) AS n FROM events GROUP BY type ORDER BY n DESC');
    assert.ok((await page.locator('.asked tbody tr').count()) > 3);
    for (const bad of ['DELETE FROM events', "ATTACH '/etc/hosts' AS x", 'SELECT 1; SELECT 2', 'PRAGMA journal_mode = DELETE', 'SELECT nonsense']) {
      await ask(bad);
      assert.ok((await page.getByRole('alert').textContent()).length > 5, bad);
    }
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'geojson' }).click()]);
    assert.equal(JSON.parse(await contents(file)).type, 'FeatureCollection');
  },
};

async function contents(download) {
  return readFileSync(await download.path(), 'utf8');
}
