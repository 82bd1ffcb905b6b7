/** Which hosts commands in the sandbox reach: real ones of this machine, over the sandbox's own proxies. */
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, it, onTestFinished} from 'vitest';
import {createSandboxScene, describeSandboxed} from '../support/sandbox.js';

async function startServer(): Promise<number> {
  const server = createServer((_, response) => response.end('served'));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Through the proxies, as programs reach any other host. */
const curl = (port: number): string => `curl -sS -m 20 --noproxy '' http://localhost:${port}/; echo " ended $?"`;

describeSandboxed('the network of sandboxed commands', () => {
  it('reaches nothing unless a domain is allowed, neither by proxy nor directly', async () => {
    const port = await startServer();
    const {run} = await createSandboxScene();
    const {output} = await run(
      `${curl(port)}; curl -sS -m 5 --noproxy '*' http://127.0.0.1:${port}/; echo "direct $?"`,
    );
    expect(output).not.toContain('served');
    expect(output).toContain('direct 7');
  });

  it('reaches a domain that the settings allow', async () => {
    const port = await startServer();
    const {run} = await createSandboxScene({settings: {network: {allowedDomains: ['localhost']}}});
    expect((await run(curl(port))).output).toBe('served ended 0\n');
  });

  it('reaches what a rule allows from then on, and never what one denies', async () => {
    const port = await startServer();
    const domains = {allowed: [] as readonly string[], denied: [] as readonly string[]};
    const {run} = await createSandboxScene({
      fence: () => ({allowedDomains: domains.allowed, deniedDomains: domains.denied}),
    });
    expect((await run(curl(port))).output).not.toContain('served');
    domains.allowed = ['localhost'];
    expect((await run(curl(port))).output).toContain('served');
    domains.denied = ['localhost'];
    expect((await run(curl(port))).output).not.toContain('served');
  });

  it('opens no Unix socket: whoever speaks to docker is root', async () => {
    const {run} = await createSandboxScene();
    const {output} = await run(`python3 -c 'import socket; socket.socket(socket.AF_UNIX)'; echo "ended $?"`);
    expect(output).toContain('ended 1');
    expect(output).toMatch(/PermissionError|Operation not permitted/);
  });
});
