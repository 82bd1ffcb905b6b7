import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterEach, describe, expect, it} from 'vitest';
import {createPermissionsCommand} from '../../src/cli/permissions-command.js';
import {createSession} from '../../src/compose.js';
import type {Session, SessionOptions} from '../../src/session.js';
import {runCommand} from '../../src/ui/commands.js';
import {createFolder} from '../support/folder.js';

let session: Session | undefined;
afterEach(() => session?.close());

/** A session in a folder of its own, with these settings of its own in the person's home. */
async function open(permissions: object = {}, options: SessionOptions = {}) {
  const folder = createFolder();
  mkdirSync(join(folder, '.agent'));
  writeFileSync(join(folder, '.agent', 'settings.json'), JSON.stringify({permissions}));
  const opened = await createSession({cwd: folder, model: 'demo', env: {HOME: folder}, interactive: true, ...options});
  session = opened;
  const command = createPermissionsCommand(opened);
  const say = async (argument = '') => (await runCommand([command], 'permissions', argument))?.text ?? '';
  return {folder, session: opened, say};
}

describe('/permissions', () => {
  it('says the mode, lists the rules in the order in which they decide with where each is from, and the verbs', async () => {
    const {folder, say} = await open(
      {deny: ['Read(./.env)'], allow: ['Bash(npm test:*)']},
      {allowedTools: ['Edit'], permissionMode: 'plan'},
    );
    const said = await say();
    const file = join(folder, '.agent', 'settings.json');
    expect(said).toContain('The mode is plan: nothing that changes anything runs.\n\nNever run:\n');
    expect(said).toContain(`\n  Read(./.env)  (${file})\n`);
    expect(said).toContain('\n\nRun without a question:\n');
    expect(said).toContain('\n  Edit  (the command line)\n');
    expect(said).toMatch(/\n\/permissions mode <mode> .*$/);
    expect(said).not.toContain('Always asked about');
  });

  it('says so where there are no rules, and how to write one where a verb has none', async () => {
    const {say} = await open();
    expect(await say()).toContain('The mode is default: what changes something is asked about.\n\nThere are no rules.');
    expect(await say('allow')).toContain('/permissions allow Bash(npm test:*)');
    expect(await say('grant Bash')).toMatch(/^\/permissions allow <rule>/);
    expect(await say('remove')).toContain('Which rule?');
  });

  it('adds a rule for the session, and takes it out again', async () => {
    const {session, say, folder} = await open();
    expect(await say('deny Bash(rm:*)')).toBe('Bash(rm:*) never runs, for this session.');
    expect(await say()).toContain('Never run:\n  Bash(rm:*)  (this session)');
    expect(await say('remove Bash(rm:*)')).toBe('Bash(rm:*) is taken out.');
    expect(session.rules()).toEqual([]);
    expect(() => readFileSync(join(folder, '.agent', 'settings.local.json'))).toThrow('ENOENT');
  });

  it('adds a rule for the project to its local settings, and takes it out of them', async () => {
    const {say, folder} = await open();
    const local = () => JSON.parse(readFileSync(join(folder, '.agent', 'settings.local.json'), 'utf8'));
    expect(await say('allow project Bash(npm run build)')).toBe(
      'Bash(npm run build) runs without a question, for this project (.agent/settings.local.json).',
    );
    expect(local()).toEqual({permissions: {allow: ['Bash(npm run build)']}});
    await say('remove allow Bash(npm run build)');
    expect(local()).toEqual({permissions: {allow: []}});
  });

  it('refuses a rule that would not do what it says, and says why of one that settings hold', async () => {
    const {say, session} = await open({deny: ['Reed(./.env)']});
    expect(await say('allow Bsh(ls)')).toMatch(/^The rule "Bsh\(ls\)" was not added: .*is Bash meant/);
    expect(await say('allow Edit()')).toContain('its parentheses are empty');
    expect(session.rules()).toHaveLength(1);
    expect(await say()).toMatch(/ {2}Reed\(.\/.env\) .*\n {4}Does not do what it says: .*is Read meant/);
  });

  it('takes out no rule of a file that is not its own, and asks which where a rule stands twice', async () => {
    const {say} = await open({deny: ['Bash(curl:*)']});
    expect(await say('remove Bash(curl:*)')).toMatch(/settings\.json: take it out there/);
    expect(await say('remove Bash(wget:*)')).toBe(
      'There is no rule Bash(wget:*). /permissions lists those that there are.',
    );
    await say('ask Bash(curl:*)');
    expect(await say('remove Bash(curl:*)')).toBe(
      'Bash(curl:*) stands in several lists. Say which: /permissions remove deny|ask Bash(curl:*)',
    );
    expect(await say('remove ask Bash(curl:*)')).toBe('Bash(curl:*) is taken out.');
  });

  it('changes the mode, but lets nobody bypass permissions who did not say so at the start', async () => {
    const {say, session} = await open();
    expect(await say('mode acceptEdits')).toContain('The mode is acceptEdits');
    expect(await say('mode bypassPermissions')).toContain('--dangerously-skip-permissions');
    expect(await say('mode plna')).toContain('There is no mode "plna"');
    expect(session.mode).toBe('acceptEdits');
    expect(await say('mode')).toContain('The mode is acceptEdits');
  });

  it('goes back to bypassing permissions where the session began with it', async () => {
    const {say, session} = await open({}, {skipPermissions: true});
    await say('mode plan');
    await say('mode bypassPermissions');
    expect(session.mode).toBe('bypassPermissions');
  });
});
