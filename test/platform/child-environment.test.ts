import {describe, expect, it} from 'vitest';
import {childEnvironment} from '../../src/platform/child-environment.js';

/** The names that are left of an environment with these. */
const left = (names: readonly string[]): readonly string[] =>
  Object.keys(
    childEnvironment({env: Object.fromEntries(names.map(name => [name, 'x'])), given: {}, folder: '/project'}),
  );

describe('the environment of commands', () => {
  it.each([
    'ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_CUSTOM_HEADERS ANTHROPIC_FOUNDRY_API_KEY CLAUDE_API_KEY',
    'CLAUDE_CODE_OAUTH_TOKEN CLAUDE_CODE_OAUTH_REFRESH_TOKEN OPENAI_API_KEY openai_api_key OpenAI_Api_Key',
    'AZURE_OPENAI_API_KEY AZURE_API_KEY AZURE_OPENAI_AD_TOKEN AWS_BEARER_TOKEN_BEDROCK COPILOT_GITHUB_TOKEN',
    'GEMINI_API_KEY GOOGLE_API_KEY MISTRAL_API_KEY GROQ_API_KEY XAI_API_KEY DEEPSEEK_API_KEY OPENROUTER_API_KEY',
    'COHERE_API_KEY HF_TOKEN HUGGINGFACE_API_KEY HUGGINGFACEHUB_API_TOKEN HUGGING_FACE_HUB_TOKEN HUGGINGFACE_TOKEN',
    'TOGETHER_API_KEY PERPLEXITY_API_KEY FIREWORKS_API_KEY CEREBRAS_API_KEY MOONSHOT_API_KEY VOYAGE_API_KEY',
    'REPLICATE_API_TOKEN WATSONX_APIKEY TAVILY_API_KEY BRAVE_API_KEY STRIPE_API_KEY FOO_API_KEY FOO_API_KEY_2 API_KEY',
  ])('has no keys to models, nor any that is named as one: %s', names => {
    expect(left(names.split(' '))).toEqual([]);
  });

  it('has what commands work with, and the rest of the person', () => {
    const names = [
      'GITHUB_TOKEN GH_TOKEN GITLAB_TOKEN NPM_TOKEN CARGO_REGISTRY_TOKEN SENTRY_AUTH_TOKEN SSH_AUTH_SOCK DATABASE_URL',
      'AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN GOOGLE_APPLICATION_CREDENTIALS KUBECONFIG',
      'ANTHROPIC_MODEL ANTHROPIC_BASE_URL OPENAI_BASE_URL RAPID_KEYS HOME LANG API_KEY_FILE',
    ].flatMap(line => line.split(' '));
    expect(left(names)).toEqual(names);
  });

  it('has a key that settings give on purpose, but never that of agent itself', () => {
    const env = {STRIPE_API_KEY: 'mine', OPENAI_API_KEY: 'mine', ANTHROPIC_API_KEY: 'mine', EMPTY: undefined};
    const given = {STRIPE_API_KEY: 'given', ANTHROPIC_API_KEY: 'given', anthropic_auth_token: 'given', EDITION: '2'};
    expect(childEnvironment({env, given, folder: '/project'})).toEqual({
      STRIPE_API_KEY: 'given',
      EDITION: '2',
      EMPTY: undefined,
    });
  });

  it('has no program of the folder’s packages in the place of the system’s', () => {
    const PATH = '/project/node_modules/.bin:.:/usr/bin';
    expect(childEnvironment({env: {PATH}, given: {}, folder: '/project'})).toEqual({PATH: '/usr/bin'});
    expect(childEnvironment({env: {PATH: '/bin'}, given: {PATH}, folder: '/project'})).toEqual({PATH: '/usr/bin'});
  });
});
