/**
 * That a command of root is held as one of anybody: root owns the kernel's files. Nothing here is written; only whether it
 * could be is asked.
 */
import {readFileSync} from 'node:fs';
import {dirname} from 'node:path';
import {expect, it} from 'vitest';
import {createSandboxScene, describeSandboxed} from '../support/sandbox.js';

/** Mounts the control groups where nobody has done it for the program, in namespaces that it makes by itself. */
const mountsControlGroups = `
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
namespaces = {'user': 0x10000000, 'mount': 0x20000, 'groups': 0x2000000}
wanted = sum(namespaces[name] for name in sys.argv[2:])
made = libc.unshare(wanted) == 0 and libc.mount(b'none', sys.argv[1].encode(), b'cgroup2', 0, None) == 0
print('could write' if made and os.access(sys.argv[1] + '/cgroup.procs', os.W_OK) else 'held')
`;

describeSandboxed('a command in the sandbox, whoever runs it', () => {
  it('can write none of the files by which the kernel is told what to do', async () => {
    const {run} = await createSandboxScene();
    const processes = `-path '/proc/[0-9]*' -prune -o -path /proc/self -prune -o -path /proc/thread-self -prune`;
    const {output} = await run(
      [
        `find /proc ${processes} -o -path /proc/net -prune -o -writable ! -type l -print 2>/dev/null`,
        'find /sys /boot /lib/modules -writable ! -type l -print 2>/dev/null | head',
        'for file in /proc/sys/kernel/core_pattern /proc/sysrq-trigger; do [ -w $file ] && echo "$file"; done',
        'echo end',
      ].join('\n'),
    );
    // Anybody may listen there to how busy the machine is, and number the processes of a namespace that is his.
    const harmless = /^\/proc\/(pressure\/(cpu|io|irq|memory)|sys\/kernel\/ns_last_pid)$/;
    expect(output.split('\n').filter(line => !harmless.test(line))).toEqual(['end', '']);
  });

  it('has of the devices only those that hold nothing', async () => {
    const {run} = await createSandboxScene();
    const {output} = await run(
      'for f in /dev/*; do [ -b $f -o -c $f ] && [ ! -L $f ] && echo $f; done; head -c 1 /dev/mem',
    );
    const found = output.split('\n').filter(line => line.startsWith('/dev/'));
    expect(found.sort()).toEqual(['full', 'null', 'random', 'tty', 'urandom', 'zero'].map(name => `/dev/${name}`));
  });

  it('has no capability and can get none', async () => {
    const {run} = await createSandboxScene();
    const {output} = await run(
      'grep -E "^(Cap(Prm|Eff|Amb)|NoNewPrivs)" /proc/self/status; mount -t tmpfs none "$TMPDIR" || :',
    );
    expect(output.replace(/mount: .*\n|.*dmesg.*\n/g, '')).toBe(
      [
        'CapPrm:\t0000000000000000',
        'CapEff:\t0000000000000000',
        'CapAmb:\t0000000000000000',
        'NoNewPrivs:\t1',
        '',
      ].join('\n'),
    );
    expect(output).toMatch(/^mount: /m);
  });

  it.each(
    [
      ['mount', 'groups'],
      ['user', 'mount', 'groups'],
    ].map(each => [each.join(', '), each] as const),
  )('cannot reach the control groups of the machine through namespaces of its own: %s', async (_, namespaces) => {
    const {run} = await createSandboxScene({files: {'mounts.py': mountsControlGroups}});
    const {output} = await run(`mkdir "$TMPDIR/groups" && python3 mounts.py "$TMPDIR/groups" ${namespaces.join(' ')}`);
    expect(output).toBe('held\n');
  });

  it('leaves the machine its own limits', async () => {
    const limit = () => readFileSync('/proc/sys/user/max_user_namespaces', 'utf8');
    const before = limit();
    const {run} = await createSandboxScene();
    expect((await run('true')).exitCode).toBe(0);
    expect(limit()).toBe(before);
  });

  it('finds nothing mounted to be written but the project and what is its own', async () => {
    const {run, project, processes} = await createSandboxScene();
    const {output} = await run(`awk '$6 ~ /^rw/ {print $5}' /proc/self/mountinfo`);
    const {run: ownRun, pipes} = processes.openFolders();
    const own = [project, ownRun, dirname(pipes), '/dev', '/etc/ssh/ssh_config.d'];
    const strange = output
      .split('\n')
      .filter(path => path !== '' && !own.some(each => `${path}/`.startsWith(`${each}/`)));
    // Of /proc, a process may write what is about itself. The package lets npm write its logs.
    expect(new Set(strange.filter(path => !path.endsWith('/.npm/_logs')))).toEqual(new Set(['/proc']));
  });
});
