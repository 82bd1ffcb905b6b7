/** That folders which hold the place of settings come, stay while a session counts on them, and go. */
import {existsSync, mkdirSync, readdirSync, rmdirSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {createStandIns} from '../../src/sandbox/stand-ins.js';
import {createFolder} from '../support/folder.js';

function createScene() {
  const [project, temp] = [createFolder(), createFolder()];
  const openSession = (name: string) =>
    createStandIns({
      list: join(temp, name),
      others: () => readdirSync(temp).flatMap(each => (each === name ? [] : [join(temp, each)])),
    });
  return {project, temp, openSession, there: () => readdirSync(project).sort()};
}

describe('a folder that holds the place of settings', () => {
  it('is made where there is none, and goes with the session', () => {
    const {project, temp, openSession, there} = createScene();
    const session = openSession('one');
    session.put([project]);
    session.put([project]);
    expect(there()).toEqual(['.agent', '.claude']);
    session.remove();
    expect(there()).toEqual([]);
    expect(readdirSync(temp)).toEqual([]);
    session.remove();
  });

  it('stays while another session counts on it, and goes with the last', () => {
    const {project, openSession, there} = createScene();
    const [one, other] = [openSession('one'), openSession('other')];
    one.put([project]);
    other.put([project]);
    one.remove();
    expect(there()).toEqual(['.agent', '.claude']);
    other.remove();
    expect(there()).toEqual([]);
  });

  it('is made again for the next command if somebody removed it', () => {
    const {project, openSession, there} = createScene();
    const session = openSession('one');
    session.put([project]);
    rmdirSync(join(project, '.agent'));
    session.put([project]);
    expect(there()).toEqual(['.agent', '.claude']);
    session.remove();
    expect(there()).toEqual([]);
  });

  it('stays once somebody keeps something in it, as does one that was there, also empty', () => {
    const {project, openSession, there} = createScene();
    mkdirSync(join(project, '.claude'));
    const session = openSession('one');
    session.put([project]);
    writeFileSync(join(project, '.agent', 'settings.local.json'), '{}');
    session.remove();
    expect(there()).toEqual(['.agent', '.claude']);
  });

  it('is not made in the place of a link, nor where nothing can be made', () => {
    const {project, temp, openSession, there} = createScene();
    symlinkSync(join(temp, 'nowhere'), join(project, '.agent'));
    const session = openSession('one');
    session.put([project, '/proc/nowhere']);
    expect(there()).toEqual(['.agent', '.claude']);
    expect(existsSync(join(temp, 'nowhere'))).toBe(false);
    session.remove();
    expect(there()).toEqual(['.agent']);
  });
});
