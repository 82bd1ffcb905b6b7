/** README, docs and `--help` say the same, and what the command does. */
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {parseArguments} from '../../src/cli/arguments.js';
import {createCommands} from '../../src/cli/commands.js';
import {doctorHelp} from '../../src/cli/doctor-help.js';
import {exitCodes} from '../../src/cli/exit-codes.js';
import {sessionsHelp} from '../../src/cli/sessions/help.js';
import {createSession} from '../../src/compose.js';
import {createFolder} from '../support/folder.js';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, root)), 'utf8');

const readme = read('README.md');
const names = readdirSync(fileURLToPath(new URL('docs', root))).filter(name => name.endsWith('.md'));
const pages = names.map(name => read(`docs/${name}`));
const parsed = parseArguments(['--help'], '1.2.3');
const help = parsed.type === 'answer' ? parsed.text : '';

const found = (text: string, pattern: RegExp): ReadonlySet<string> =>
  new Set([...text.matchAll(pattern)].map(([, name = '']) => name));

/** The cells of the rows of README's table with this head. */
function tableOf(head: string): readonly (readonly string[])[] {
  const [, rows = ''] = readme.split(`| ${head} |`)[1]?.split('|---|---|\n') ?? [];
  const [table = ''] = rows.split('\n\n');
  return table.split('\n').map(row => row.split(' | ').map(cell => cell.replace(/^\| | \|$/g, '')));
}

describe('README and docs', () => {
  it('name only options that there are', () => {
    const known = found(help + doctorHelp + sessionsHelp, /(--[a-z][a-zA-Z-]*)/g);
    // Without the commands of other programs: `git push --force`.
    const own = [readme, ...pages].join('\n').replace(/`(?!agent\b)\w[^`\n]*`/g, '');
    const named = found(own, /(--[a-z][a-zA-Z-]*[a-zA-Z])/g);
    const inExamples = ['--global', '--show-current'];
    expect([...named].filter(option => !known.has(option) && !inExamples.includes(option))).toEqual([]);
    expect(named.size).toBeGreaterThan(20);
  });

  it('lead to files that there are, the README to pictures of the terminal', () => {
    const linked = [readme, ...pages].map(page =>
      [...page.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to = '']) => to),
    );
    const places = [root, ...pages.map(() => new URL('docs/', root))];
    const all = linked.map((links, index) => links.map(to => new URL(to, places[index])));
    expect(all.flat().filter(link => !existsSync(link))).toEqual([]);
    const pictures = all[0]?.filter(({pathname}) => pathname.endsWith('.svg')) ?? [];
    expect(pictures).toHaveLength(2);
    for (const picture of pictures) expect(readFileSync(picture, 'utf8')).toMatch(/^<svg .*<text/s);
  });

  it('give the exit codes that --help gives, and no others', () => {
    const rows = tableOf('exit code');
    const numbers = rows.flatMap(([codes = '']) => codes.split(', ').map(Number));
    expect(numbers).toEqual(Object.values(exitCodes));
    for (const [code = '', meaning = ''] of rows.slice(0, 4)) {
      expect(help).toContain(`  ${code}    ${meaning.replaceAll('`', '')}\n`);
    }
    for (const code of numbers) expect(help).toMatch(new RegExp(`^ {2}${code} +\\S`, 'm'));
  });

  it('tell of the variables that --help tells of', () => {
    const [, environment = ''] = help.split('Environment:\n');
    const told = found(tableOf('variable').join('\n'), /`([A-Z][A-Z_]+)`/g);
    expect([...found(environment, /\b([A-Z]+_[A-Z_]+)\b/g)].sort()).toEqual([...told].sort());
  });

  it('list the commands of a conversation', async () => {
    const home = createFolder();
    const session = await createSession({cwd: home, model: 'demo', env: {HOME: home}});
    const commands = createCommands({
      session,
      compact() {},
      onChange() {},
      edit: () => Promise.resolve(null),
      send() {},
    });
    await session.close();
    const [, listed = ''] = /`\/help` lists the commands: ([^.]*)\./.exec(readme) ?? [];
    // The screen has those.
    const all = [...commands.map(({name}) => name), 'agents', 'exit', 'rewind'];
    expect([...found(listed, /`\/([a-z]+)`/g)].sort()).toEqual(all.sort());
  });
});
