/**
 * What agent gives the commands that it starts: the person's environment without the keys to models, which a command
 * could print, send away or spend.
 */
import type {Environment} from './environment.js';
import {commandPath} from './search-path.js';

const keyNames: ReadonlySet<string> = new Set([
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_CUSTOM_HEADERS',
  'AZURE_OPENAI_API_KEY',
  'CEREBRAS_API_KEY',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'COHERE_API_KEY',
  'DEEPSEEK_API_KEY',
  'FIREWORKS_API_KEY',
  'GEMINI_API_KEY',
  'GOOGLE_API_KEY',
  'GROQ_API_KEY',
  'MISTRAL_API_KEY',
  'MOONSHOT_API_KEY',
  'OPENAI_API_KEY',
  'OPENROUTER_API_KEY',
  'PERPLEXITY_API_KEY',
  'TOGETHER_API_KEY',
  'XAI_API_KEY',
]);

/** @param folder whose own programs must not take the place of the system's. */
export function childEnvironment(env: Environment, folder: string): Environment {
  const kept = Object.entries(env).filter(([name]) => !keyNames.has(name.toUpperCase()));
  return {...Object.fromEntries(kept), ...(env.PATH !== undefined && {PATH: commandPath(env.PATH, folder)})};
}
