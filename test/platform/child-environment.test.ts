import {describe, expect, it} from 'vitest';
import {childEnvironment} from '../../src/platform/child-environment.js';

describe('the environment of commands', () => {
  it('has no keys to models, in whatever case, and the rest of the person', () => {
    const env = {
      ANTHROPIC_API_KEY: 'k',
      ANTHROPIC_AUTH_TOKEN: 'k',
      ANTHROPIC_CUSTOM_HEADERS: 'x-api-key: k',
      OPENAI_API_KEY: 'k',
      openai_api_key: 'k',
      GEMINI_API_KEY: 'k',
      OPENROUTER_API_KEY: 'k',
      ANTHROPIC_MODEL: 'opus',
      GITHUB_TOKEN: 't',
      HOME: '/home/ada',
      EMPTY: undefined,
    };
    expect(childEnvironment(env, '/project')).toEqual({
      ANTHROPIC_MODEL: 'opus',
      GITHUB_TOKEN: 't',
      HOME: '/home/ada',
      EMPTY: undefined,
    });
  });

  it('has no program of the folder’s packages in the place of the system’s', () => {
    const PATH = '/project/node_modules/.bin:.:/usr/bin';
    expect(childEnvironment({PATH}, '/project')).toEqual({PATH: '/usr/bin'});
  });
});
