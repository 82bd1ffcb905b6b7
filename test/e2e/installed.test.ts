/** The package as it is installed: with what it says it needs, and nothing else of what is here. */
import {execFile} from 'node:child_process';
import {cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {expect, it} from 'vitest';
import {served} from '../support/agent.js';
import {createFolder} from '../support/folder.js';
import {textReply, toolReply} from '../support/model-server.js';
import {serveModel} from '../support/serve-model.js';
import {openTerminal} from '../support/terminal.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const {files, dependencies, optionalDependencies, bin} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** A project that has installed the package, and these besides. */
function install(besides: readonly string[] = []): {readonly project: string; readonly command: string} {
  const project = createFolder();
  const modules = join(project, 'node_modules');
  const own = join(modules, 'agent-runtime');
  for (const part of ['package.json', 'README.md', ...files])
    cpSync(join(root, part), join(own, part), {recursive: true});
  for (const name of [...Object.keys({...dependencies, ...optionalDependencies}), ...besides]) {
    mkdirSync(dirname(join(modules, name)), {recursive: true});
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  const command = join(modules, '.bin/agent');
  mkdirSync(dirname(command));
  symlinkSync(join(own, bin.agent), command);
  writeFileSync(join(project, 'README.md'), '# Shop\n\nSells things to people.\n');
  return {project, command};
}

/** Runs a file with Node, without input. */
async function run(args: readonly string[], {cwd, env}: {readonly cwd: string; readonly env: NodeJS.ProcessEnv}) {
  const running = promisify(execFile)(process.execPath, [...args], {cwd, env});
  running.child.stdin?.end();
  return running;
}

it('answers once, converses, and is a library', async () => {
  const {project, command} = install();
  const server = await serveModel([
    toolReply([{name: 'Grep', input: {pattern: 'Sells', output_mode: 'content'}}]),
    textReply('It **sells** things.'),
    textReply('Still the **same**.'),
  ]);
  const env = {PATH: process.env.PATH, HOME: project, ...served(server.url)};
  const once = await run([command, '-p', 'what is it?'], {cwd: project, env});
  expect(once).toEqual({stdout: 'It **sells** things.\n', stderr: ''});
  expect(JSON.stringify(server.requests[1]?.body.messages)).toContain('README.md:3:Sells things');

  const args = [command, 'and', 'now?'];
  const terminal = openTerminal({command: process.execPath, args, cwd: project, env});
  await terminal.waitFor(/● Still the same\.\s+.* tok/);
  terminal.press('ctrl-d');
  expect(await terminal.exited).toEqual({code: 0, signal: null});
  await terminal.close();

  const caller = `
    import {createScriptedModel, createSession} from 'agent-runtime';
    const model = createScriptedModel([{calls: [{name: 'Read', input: {file_path: 'README.md'}}]}, {text: 'Hello.'}]);
    const session = await createSession({model});
    for await (const event of session.send('hi')) {
      if (event.type === 'text_delta') process.stdout.write(event.text);
      if (event.type === 'tool_finished') console.log(event.outcome);
    }
    await session.close();`;
  writeFileSync(join(project, 'caller.mjs'), caller);
  expect(await run(['caller.mjs'], {cwd: project, env})).toEqual({stdout: 'ok\nHello.', stderr: ''});
});

it('has the types that the examples of its README are written for', async () => {
  const {project} = install(['zod', '@types/node']);
  const readme = readFileSync(join(project, 'node_modules/agent-runtime/README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text);
  expect(examples.length).toBeGreaterThan(1);
  const wrong = "import {createSession} from 'agent-runtime';\nvoid createSession({model: 7});\n";
  const names = [...examples, wrong].map((text, index) => {
    writeFileSync(join(project, `${index}.mts`), text);
    return `${index}.mts`;
  });
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--types',
    'node',
  ];
  const said = await run([join(root, 'node_modules/typescript/bin/tsc'), ...options, ...names], {
    cwd: project,
    env: process.env,
  }).catch(failure => failure);
  expect(said.stdout.trimEnd().split('\n')).toEqual([expect.stringMatching(`^${examples.length}\\.mts.* TS2322: `)]);
});
