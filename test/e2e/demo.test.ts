/** The whole program with nothing installed and no key: the demo model over real tools on a real repository. */
import {execFileSync} from 'node:child_process';
import {beforeEach, describe, expect, it} from 'vitest';
import {createFolder, type Folder, jsonLines, runAgent} from '../support/agent.js';

let folder: Folder;
beforeEach(() => {
  folder = createFolder({
    'README.md': '# Shop\n\nSells things to people.\n',
    'package.json': '{"name": "shop", "version": "1.0.0", "scripts": {"test": "node --test"}}\n',
    'src/price.ts': 'export const price = 10; // TODO: ask\n',
    'src/stock.ts': 'export const stock = 3;\n\nexport function sell(): number {\n  return stock - 1;\n}\n',
    'ignored/huge.ts': 'export const x = 1;\n'.repeat(1_000),
    '.gitignore': 'ignored/\n',
  });
  execFileSync('git', ['init', '-q'], {cwd: folder.path});
});

const demo = (prompt: string, ...args: readonly string[]) =>
  runAgent(['-p', prompt, '--model', 'demo', ...args], {cwd: folder.path});

describe('the demo model', () => {
  it('is announced in one line where there is no key, and answers', async () => {
    const run = await runAgent(['-p', 'look around this repository'], {cwd: folder.path});
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/^No key is set, so the demo model answers: .*\n$/);
    expect(run.stdout).toContain('**Shop**: Sells things to people.');
  });

  it('looks around: what is there and nothing else, without a tool that needs permission', async () => {
    const {code, stdout, stderr} = await demo('look around this repository');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('| TypeScript | 2 | 6 |');
    expect(stdout).toContain('- `package.json`: shop 1.0.0; scripts `test`');
    expect(stdout).toContain('- Notes to come back to (TODO, FIXME): 1 in 1 file');
    expect(stdout).not.toContain('huge.ts');
  });

  it('finds a text', async () => {
    expect((await demo('find "stock - 1"')).stdout).toMatch(/is in 1 line of 1 file:\n\n- `.*src\/stock\.ts:4`/);
    expect((await demo('find "nowhere to be found"')).stdout).toContain('is nowhere here');
  });

  it('reads a file, by path or by name', async () => {
    const {stdout} = await demo('read stock.ts');
    expect(stdout).toContain('export const stock = 3;');
    expect(stdout).toContain('- 3: `export function sell(): number {`');
  });

  it('runs a command where that is allowed, and says what would allow it elsewhere', async () => {
    const allowed = await demo('run wc -l < src/stock.ts', '--allowedTools', 'Bash');
    expect(allowed.stdout).toMatch(/It ran; the output:\n\n```\n\s*5\n/);
    const refused = await demo('run touch canary');
    expect(refused.code).toBe(0);
    expect(refused.stdout).toContain('--allowedTools "Edit(/canary)"');
    expect(folder.has('canary')).toBe(false);
  });

  it('makes a small edit and shows the difference', async () => {
    const prompt = 'in src/price.ts replace "price = 10" with "price = 12"';
    const {code, stdout} = await demo(prompt, '--allowedTools', 'Edit');
    expect(code).toBe(0);
    expect(folder.read('src/price.ts')).toBe('export const price = 12; // TODO: ask\n');
    expect(stdout).toContain('-export const price = 10; // TODO: ask\n+export const price = 12; // TODO: ask');
  });

  it('leaves the file alone where the edit is refused', async () => {
    const {stdout} = await demo('in src/price.ts replace "10" with "12"');
    expect(stdout).toContain('The edit was not made');
    expect(folder.read('src/price.ts')).toContain('price = 10');
  });

  it('works in a folder that is empty', async () => {
    const empty = createFolder();
    const {code, stdout} = await runAgent(['-p', 'look around', '--model', 'demo'], {cwd: empty.path});
    expect([code, stdout]).toEqual([0, 'This folder holds no text files that I can see.\n']);
  });

  it('explores with agents: at once, in the background, nested; the answer is made of their reports', async () => {
    folder.write('docs/guide.md', '# How to shop\n'.repeat(9));
    folder.write('src/core/loop.ts', '// The loop.\nexport const loop = 1;\n'.repeat(9));
    folder.write('test/price.test.ts', '// Tests of the price.\n'.repeat(15));
    const {code, stdout, stderr} = await demo('explore this repository with three agents', '--verbose');
    expect(code).toBe(0);
    expect(stdout).toContain('My agent for src/core reports:\n\n**src/core**: 1 file, 18 lines');
    expect(stdout).toContain('## docs\n\n**docs**: 1 file, 9 lines');
    expect(stderr).toMatch(/^\[agent-3\] starts in the background: explore, look through docs$/m);
    expect(stderr).toMatch(/^\[agent-4\] ended \(done\): \*\*src\/core\*\*/m);
  });

  it('costs nothing, and says so', async () => {
    const {stdout} = await demo('find "price"', '--output-format', 'json');
    expect(jsonLines(stdout)).toMatchObject([{total_cost_usd: 0, is_error: false}]);
  });
});
