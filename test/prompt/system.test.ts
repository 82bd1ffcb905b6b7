import {describe, expect, it} from 'vitest';
import {systemPrompt} from '../../src/prompt/system.js';

const facts = {
  cwd: '/home/ada/shop',
  platform: 'linux',
  shell: 'bash',
  date: '2026-11-22',
  git: {branch: 'branch main', state: '3 uncommitted changes'},
  model: 'claude-sonnet-5',
};

describe('the system prompt', () => {
  it('says where the agent is', () => {
    expect(systemPrompt(facts).slice(-200)).toContain(`Folder: /home/ada/shop
Platform: linux, shell bash
Date: 2026-11-22
Git: branch main, 3 uncommitted changes
Model: claude-sonnet-5
`);
    expect(systemPrompt({...facts, git: null})).toContain('Git: not a repository');
  });

  it('costs about a thousand tokens, a token being four characters', () => {
    const tokens = systemPrompt(facts).length / 4;
    expect(tokens).toBeGreaterThan(800);
    expect(tokens).toBeLessThan(1_100);
  });

  it('is the same text for the same facts', () => {
    expect(systemPrompt({...facts})).toBe(systemPrompt(facts));
  });

  it('carries the addition of the user last, separated by a blank line', () => {
    expect(systemPrompt({...facts, append: 'Answer in Dutch.'})).toBe(`${systemPrompt(facts)}\nAnswer in Dutch.`);
  });

  it('is exactly the text that the user gives in its place, and the addition', () => {
    expect(systemPrompt({...facts, override: 'Translate.'})).toBe('Translate.');
    expect(systemPrompt({...facts, override: 'Translate.', append: 'To Dutch.'})).toBe('Translate.\n\nTo Dutch.');
    expect(systemPrompt({...facts, override: ''})).toBe('');
  });
});
