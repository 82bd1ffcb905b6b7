/** Commands that only look, and can show nothing of anybody's, need no question; what is alike and could, does. */
import {describe, expect, it} from 'vitest';
import {createProject, open, type Project, rules, running, verdictOf} from './scene.js';

function verdict(command: string, prepare: (project: Project) => void = () => {}, deny: readonly string[] = []) {
  const project = createProject();
  for (const name of ['a.json', 'src/a.ts', 'test/unit.py', 'setup.py', 'app/__init__.py']) project.put(name, '{}\n');
  prepare(project);
  return verdictOf(open({settings: {rules: rules(project, {deny})}}, project), running(command, project.root));
}

describe('JSON that Python lays out', () => {
  const laidOut = [
    'cat a.json | python3 -m json.tool',
    'python3 -m json.tool a.json',
    'python -m json.tool --indent 2 < a.json | head',
    'cd src && cat ../a.json | python3 -m json.tool',
  ];

  it.each(laidOut)('is shown unasked: %s', async command => {
    expect(await verdict(command)).toBe('allow');
  });

  it.each([
    'json.py',
    'argparse.py',
    're.pyc',
    'json/__init__.py',
    '_json.cpython-311.so',
    'sitecustomize.py',
    'json.abi3.so',
  ])('is asked about where the folder holds %s, which Python would run', async name => {
    const prepare = (project: Project) => void [project.put(name), project.put(`src/${name}`)];
    for (const command of laidOut) expect(await verdict(command, prepare)).toBe('ask');
  });

  it.each(['json/x.py', 'json.txt', 'main.py', '.hidden/json.py'])('is shown unasked beside %s', async name => {
    expect(await verdict('python3 -m json.tool a.json', project => void project.put(name))).toBe('allow');
  });

  it.each([
    'python3 -m json.tool a.json b.json',
    'python3 -m json.tool ../a.json',
    'python3 -m json.tool "$X"',
    'python3 -m json a.json',
    'python3 -m http.server',
    'cp src/a.ts re.py; python3 -m json.tool a.json',
    'cd .. && python3 -m json.tool project/a.json',
    'PYTHONPATH=x python3 -m json.tool a.json',
  ])('is asked about where it may do more: %s', async command => {
    expect(await verdict(command)).toBe('ask');
  });
});

describe('the names beside and above the project, and those of the system', () => {
  it.each(['ls ..', 'ls -la ../..', 'ls /', 'ls /usr/local/bin /etc', 'stat ..'])(
    'are listed unasked: %s',
    async command => {
      expect(await verdict(command)).toBe('allow');
    },
  );

  it.each(['ls -R ..', 'find ..', 'tree ..', 'ls ../home', 'ls ~', 'ls /root', 'cat ../x', 'ln -s /root l; ls l'])(
    'are asked about at any depth, in other folders, or if they lead elsewhere: %s',
    async command => {
      expect(await verdict(command)).toBe('ask');
    },
  );

  it('are refused where a rule forbids it', async () => {
    expect(await verdict('ls /etc', undefined, ['Read(//etc/**)'])).toBe('deny');
  });
});

describe('what tells which system it is', () => {
  it.each([
    'cat /etc/os-release',
    'grep ^ID= /etc/os-release',
    'head -5 /proc/cpuinfo',
    'cat /proc/meminfo /proc/version',
  ])('is read unasked: %s', async command => {
    expect(await verdict(command)).toBe('allow');
  });

  it.each(['cat /etc/passwd', 'cat /etc/os-release /etc/shadow', 'cat /proc/1/cmdline', 'cat /proc/mounts'])(
    'other files are asked about: %s',
    async command => {
      expect(await verdict(command)).toBe('ask');
    },
  );

  it('is refused where a rule forbids it', async () => {
    expect(await verdict('cat /etc/os-release', undefined, ['Read(//etc/**)'])).toBe('deny');
  });
});
