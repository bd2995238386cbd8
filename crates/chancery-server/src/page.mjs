// What the pages do more where scripts run; all of it can be read without. Figures are saved as they are drawn, and
// their tables as data.

const KEPT = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'paint-order', 'font-family', 'font-size', 'font-weight', 'text-anchor'];
const SPACE = 'http://www.w3.org/2000/svg';

/** A copy of a drawing that needs no style sheet. */
function standing(svg) {
  const copy = svg.cloneNode(true);
  const pairs = [svg, ...svg.querySelectorAll('*')].map((from, i) => [from, [copy, ...copy.querySelectorAll('*')][i]]);
  for (const [from, to] of pairs) {
    const style = getComputedStyle(from);
    // As attributes: the page's policy allows no styles.
    for (const name of KEPT) to.setAttribute(name, style.getPropertyValue(name));
    to.removeAttribute('class');
  }
  // Addresses of this machine say nothing elsewhere.
  for (const link of copy.querySelectorAll('a')) link.removeAttribute('href');
  return copy;
}

/** All drawings of a figure, one below the other, with their captions. */
export function drawingOf(figure) {
  const whole = document.createElementNS(SPACE, 'svg');
  const ink = getComputedStyle(document.body);
  const parts = [...figure.querySelectorAll('figcaption, svg:not(.square)')].filter((part) => !part.closest('ul'));
  let top = 0;
  let wide = 0;
  for (const part of parts) {
    const box = part.getBoundingClientRect();
    wide = Math.max(wide, box.width);
    if (part.tagName === 'FIGCAPTION') {
      const line = document.createElementNS(SPACE, 'text');
      const look = { y: top + 16, fill: ink.color, 'font-family': 'sans-serif', 'font-size': 13 };
      for (const [name, value] of Object.entries(look)) line.setAttribute(name, `${value}`);
      line.textContent = part.textContent.replace(/\s+/g, ' ').trim();
      whole.append(line);
      top += 24;
    } else {
      const copy = standing(part);
      for (const [name, value] of [['y', top], ['width', box.width], ['height', box.height]]) copy.setAttribute(name, `${value}`);
      whole.append(copy);
      top += box.height + 8;
    }
  }
  whole.setAttribute('viewBox', `0 0 ${Math.ceil(wide)} ${Math.ceil(top)}`);
  const paper = document.createElementNS(SPACE, 'rect');
  for (const [name, value] of [['width', '100%'], ['height', '100%'], ['fill', ink.backgroundColor]]) paper.setAttribute(name, value);
  whole.prepend(paper);
  return new XMLSerializer().serializeToString(whole);
}

/** A table as comma-separated values (RFC 4180). */
export function valuesOf(table) {
  const cell = (c) => {
    const text = (c.querySelector('time')?.dateTime ?? c.textContent).replace(/\s+/g, ' ').trim();
    return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [...table.rows].map((row) => [...row.cells].map(cell).join(',') + '\r\n').join('');
}

function save(name, kind, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: kind }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function button(words, action) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = words;
  made.addEventListener('click', action);
  return made;
}

for (const figure of document.querySelectorAll('figure[data-figure]')) {
  const name = `chancery-${figure.dataset.figure}`;
  const table = figure.dataset.table ? document.getElementById(figure.dataset.table) : figure.querySelector('table');
  const tools = document.createElement('div');
  tools.className = 'tools';
  tools.append(button('Save as SVG', () => save(`${name}.svg`, 'image/svg+xml', drawingOf(figure))));
  if (table) tools.append(button('Save the data', () => save(`${name}.csv`, 'text/csv', valuesOf(table))));
  figure.append(tools);
}

/** Files are read one after another; what became of each is a row. */
async function readIn(files, drop) {
  const progress = document.getElementById('progress');
  const table = document.getElementById('read');
  for (const [i, file] of [...files].entries()) {
    progress.textContent = `Reading ${i + 1} of ${files.length}: ${file.name} …`;
    let answer;
    try {
      const headers = { 'x-chancery-token': drop.dataset.token, 'content-type': 'application/octet-stream' };
      const response = await fetch(`/import?name=${encodeURIComponent(file.name)}`, { method: 'POST', headers, body: file });
      answer = await response.json().catch(() => ({ error: `status ${response.status}` }));
    } catch (trouble) {
      answer = { error: trouble.message };
    }
    table.hidden = false;
    if (answer.error) {
      const row = table.tBodies[0].insertRow();
      row.insertCell().textContent = file.name;
      row.insertCell().textContent = `not read: ${answer.error}`;
    } else {
      // Written by the server, where everything is escaped.
      table.tBodies[0].insertAdjacentHTML('beforeend', answer.rows);
    }
  }
  progress.textContent = `${files.length} ${files.length === 1 ? 'file' : 'files'} done.`;
}

const drop = document.getElementById('drop');
if (drop) {
  const chosen = document.getElementById('chosen');
  chosen.addEventListener('change', () => readIn(chosen.files, drop).then(() => (chosen.value = '')));
  drop.addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    readIn(event.dataTransfer.files, drop);
  });
}
