/**
 * What agent gives the commands that it starts: the person's environment without keys to models and other services that
 * are paid by use, which a command could print, send away or spend. What commands work with stays: the tokens of git hosts
 * and package registries, agents of ssh, the profiles and keys of a cloud.
 */
import type {Environment} from './environment.js';
import {commandPath} from './search-path.js';

/** What agent itself may be configured with; no setting gives it to commands. */
const ownKeyNames: ReadonlySet<string> = new Set([
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_CUSTOM_HEADERS',
  // The key to where telemetry goes.
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
]);

/** Keys to models whose names do not say it. */
const modelKeyNames: ReadonlySet<string> = new Set([
  'ANTHROPIC_FOUNDRY_AUTH_TOKEN',
  'AWS_BEARER_TOKEN_BEDROCK',
  'AZURE_OPENAI_AD_TOKEN',
  'CLAUDE_CODE_OAUTH_REFRESH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'COPILOT_GITHUB_TOKEN',
  'HF_TOKEN',
  'HUGGINGFACE_TOKEN',
  'HUGGING_FACE_HUB_TOKEN',
]);

/** FOO_API_KEY, API_KEYS, FOO_APIKEY, FOO_API_TOKEN, FOO_API_KEY_2. */
const keyPattern = /(^|_)API_?(KEY|TOKEN)S?(_\d+)?$/;

/** Whether a variable of that name holds a key; in whatever case: programs disagree about it. */
export function isKeyName(name: string): boolean {
  const upper = name.toUpperCase();
  return ownKeyNames.has(upper) || modelKeyNames.has(upper) || keyPattern.test(upper);
}

export interface ChildEnvironmentOptions {
  /** Of agent. */
  readonly env: Environment;
  /** What settings say: keys come with it on purpose. */
  readonly given: Environment;
  /** Whose own programs must not take the place of the system's. */
  readonly folder: string;
}

export function childEnvironment({env, given, folder}: ChildEnvironmentOptions): Environment {
  const kept = Object.entries(env).filter(([name]) => !isKeyName(name));
  const added = Object.entries(given).filter(([name]) => !ownKeyNames.has(name.toUpperCase()));
  const all: Environment = Object.fromEntries([...kept, ...added]);
  return {...all, ...(all.PATH !== undefined && {PATH: commandPath(all.PATH, folder)})};
}
