// `node scripts/picture.js`: draws the README's pictures, docs/repl.svg and docs/agents.svg, from real conversations with the
// demo model in a real terminal. Run it when the screen has changed, and look at what comes out.
import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';

const cell = {width: 8.4, height: 18};
const colours = {text: '#d8dee9', dim: '#7b8494', ground: '#1b1e24'};
// The sixteen colours of a terminal's own palette, in their usual order.
const palette = `#3b4252 #e06c75 #98c379 #e5c07b #61afef #c678dd #56b6c2 #d8dee9
  #7b8494 #e06c75 #98c379 #e5c07b #61afef #c678dd #56b6c2 #ffffff`.split(/\s+/);

const cart = 'export const total = items =>\n  items.reduce((sum, item) => sum + item.prize, 0);\n';
const shopFiles = {
  'README.md': '# Shop\n\nA small shop: prices, a cart, a receipt.\n',
  'src/cart.js': cart,
  'src/prices.js': 'export const prices = new Map();\n',
  'src/receipt/lines.js': 'export const lines = cart => cart.map(String);\n',
  'src/receipt/print.js': 'export function print(lines) {\n  return lines.join("\\n");\n}\n',
  'test/cart.test.js': 'import {total} from "../src/cart.js";\n',
  'test/receipt.test.js': 'import {print} from "../src/receipt/print.js";\n',
  'docs/prices.md': '# Prices\n\nWhere they come from.\n',
};

/** Makes a small repository, and gives its folder. */
function createShop(folder) {
  const shop = join(folder, 'shop');
  for (const [name, text] of Object.entries(shopFiles)) {
    mkdirSync(dirname(join(shop, name)), {recursive: true});
    writeFileSync(join(shop, name), text);
  }
  const git = (...args) =>
    execFileSync('git', ['-C', shop, '-c', 'user.name=shop', '-c', 'user.email=shop@example.org', ...args]);
  execFileSync('git', ['init', '-q', '-b', 'main', shop]);
  git('add', '-A');
  git('commit', '-qm', 'Begin');
  return shop;
}

/** Talks to the program in a terminal of this size, and draws what is on the screen then. */
async function picture({name, title, size, talk}) {
  const folder = mkdtempSync(join(tmpdir(), 'agent-picture-'));
  const terminal = new xterm.Terminal({...size, allowProposedApi: true});
  const agent = spawn(process.execPath, [fileURLToPath(new URL('../bin/agent.js', import.meta.url))], {
    ...size,
    cwd: createShop(folder),
    name: 'xterm-256color',
    env: {PATH: process.env.PATH, HOME: folder, AGENT_HOME: folder, TERM: 'xterm-256color', LANG: 'C.UTF-8'},
  });
  let look = () => {};
  agent.onData(data => terminal.write(data, () => look()));
  const screen = () =>
    Array.from({length: size.rows}, (_, row) => terminal.buffer.active.getLine(row + terminal.buffer.active.baseY));
  const until = pattern =>
    new Promise(resolve => {
      look = () => screen().some(line => pattern.test(line.translateToString())) && resolve();
      look();
    });
  await until(/❯/);
  await talk({write: text => agent.write(text), until});
  writeFileSync(new URL(`../docs/${name}.svg`, import.meta.url), draw(screen(), size, title));
  const gone = new Promise(resolve => agent.onExit(resolve));
  agent.kill('SIGTERM');
  await gone;
  rmSync(folder, {recursive: true, force: true});
}

const escapeXml = text => text.replace(/[&<>]/g, sign => ({'&': '&amp;', '<': '&lt;', '>': '&gt;'})[sign]);

function colourOf(found) {
  if (found.isFgRGB()) return `#${found.getFgColor().toString(16).padStart(6, '0')}`;
  if (found.isFgPalette()) return palette[found.getFgColor()] ?? colours.text;
  return found.isDim() ? colours.dim : colours.text;
}

function drawLine(line, row, cols) {
  const spans = [];
  for (let column = 0; column < cols; column += 1) {
    const found = line.getCell(column);
    const style = `${colourOf(found)} ${found.isBold() ? 'bold' : 'normal'}`;
    const last = spans.at(-1);
    const text = found.getWidth() === 0 ? '' : found.getChars() || ' ';
    if (last?.style === style) last.text += text;
    else spans.push({style, column, text});
  }
  return spans
    .filter(({text}) => text.trim() !== '')
    .map(({style, column, text}) => {
      const [fill, weight] = style.split(' ');
      const x = (12 + column * cell.width).toFixed(1);
      const y = 24 + row * cell.height;
      const length = (text.length * cell.width).toFixed(1);
      return `<text x="${x}" y="${y}" fill="${fill}" font-weight="${weight}" textLength="${length}">${escapeXml(text)}</text>`;
    })
    .join('\n');
}

function draw(lines, {cols}, title) {
  const used = lines.findLastIndex(line => line.translateToString().trim() !== '') + 1;
  const [width, height] = [cols * cell.width + 24, used * cell.height + 20];
  const body = lines
    .slice(0, used)
    .map((line, row) => drawLine(line, row, cols))
    .filter(Boolean)
    .join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>${title}</title>
<rect width="100%" height="100%" rx="8" fill="${colours.ground}"/>
<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve" style="white-space: pre">
${body}
</g>
</svg>
`;
}

await picture({
  name: 'repl',
  title: 'A conversation with agent in a terminal',
  size: {cols: 100, rows: 34},
  async talk({write, until}) {
    write('in src/cart.js replace "item.prize" with "item.price"\r');
    await until(/yes/);
    write('1');
    await until(/ tok · \$0/);
    write('look around this repository');
    await until(/❯ look around/);
  },
});
await picture({
  name: 'agents',
  title: 'Agents at work, each a pane, one of them open and focused',
  size: {cols: 110, rows: 30},
  async talk({write, until}) {
    write('explore this repository with three agents\r');
    await until(/explore +look through src\/receipt/);
    write('\t');
    await until(/tab back|to: /);
    write('\x1b[C');
    await until(/┃/);
    write('only what is exported');
    await until(/only what is exported/);
  },
});
