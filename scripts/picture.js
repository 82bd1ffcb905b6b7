// `node scripts/picture.js`: draws docs/repl.svg, the README's picture, from a real conversation with the demo model in
// a real terminal. Run it when the screen has changed, and look at what comes out.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {spawn} from '@lydell/node-pty';
import xterm from '@xterm/headless';

const size = {cols: 100, rows: 34};
const cell = {width: 8.4, height: 18};
const colours = {text: '#d8dee9', dim: '#7b8494', ground: '#1b1e24'};
// The sixteen colours of a terminal's own palette, in their usual order.
const palette = `#3b4252 #e06c75 #98c379 #e5c07b #61afef #c678dd #56b6c2 #d8dee9
  #7b8494 #e06c75 #98c379 #e5c07b #61afef #c678dd #56b6c2 #ffffff`.split(/\s+/);

const folder = mkdtempSync(join(tmpdir(), 'agent-picture-'));
const shop = join(folder, 'shop');
const git = (...args) =>
  execFileSync('git', ['-C', shop, '-c', 'user.name=shop', '-c', 'user.email=shop@example.org', ...args]);
execFileSync('mkdir', ['-p', join(shop, 'src')]);
writeFileSync(join(shop, 'README.md'), '# Shop\n\nA small shop: prices, a cart, a receipt.\n');
writeFileSync(
  join(shop, 'src', 'cart.js'),
  'export const total = items =>\n  items.reduce((sum, item) => sum + item.prize, 0);\n',
);
execFileSync('git', ['init', '-q', '-b', 'main', shop]);
git('add', '-A');
git('commit', '-qm', 'Begin');

const terminal = new xterm.Terminal({...size, allowProposedApi: true});
const agent = spawn(process.execPath, [fileURLToPath(new URL('../bin/agent.js', import.meta.url))], {
  ...size,
  cwd: shop,
  name: 'xterm-256color',
  env: {PATH: process.env.PATH, HOME: folder, AGENT_HOME: folder, TERM: 'xterm-256color', LANG: 'C.UTF-8'},
});
let look = () => {};
agent.onData(data => terminal.write(data, () => look()));

const screen = () =>
  Array.from({length: size.rows}, (_, row) => terminal.buffer.active.getLine(row + terminal.buffer.active.baseY));
const shows = pattern => screen().some(line => pattern.test(line.translateToString()));
const until = pattern =>
  new Promise(resolve => {
    look = () => shows(pattern) && resolve();
    look();
  });

await until(/❯/);
agent.write('in src/cart.js replace "item.prize" with "item.price"\r');
await until(/yes/);
agent.write('1');
await until(/ tok · \$0/);
agent.write('look around this repository');
await until(/❯ look around/);

const escapeXml = text => text.replace(/[&<>]/g, sign => ({'&': '&amp;', '<': '&lt;', '>': '&gt;'})[sign]);
const colourOf = found => {
  if (found.isFgRGB()) return `#${found.getFgColor().toString(16).padStart(6, '0')}`;
  if (found.isFgPalette()) return palette[found.getFgColor()] ?? colours.text;
  return found.isDim() ? colours.dim : colours.text;
};
const drawLine = (line, row) => {
  const spans = [];
  for (let column = 0; column < size.cols; column += 1) {
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
};
const lines = screen();
const used = lines.findLastIndex(line => line.translateToString().trim() !== '') + 1;
const [width, height] = [size.cols * cell.width + 24, used * cell.height + 20];
const body = lines.slice(0, used).map(drawLine).filter(Boolean).join('\n');
writeFileSync(
  new URL('../docs/repl.svg', import.meta.url),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>A conversation with agent in a terminal</title>
<rect width="100%" height="100%" rx="8" fill="${colours.ground}"/>
<g font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve" style="white-space: pre">
${body}
</g>
</svg>
`,
);
const gone = new Promise(resolve => agent.onExit(resolve));
agent.write('\x15\x04');
await gone;
rmSync(folder, {recursive: true});
