// The pages as a reader uses them.

import assert from 'node:assert/strict';

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
    await page.keyboard.press('Enter');
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
};
