/**
 * Models by name, over the credential that the environment holds. Each is loaded when it is first asked for.
 */
import {UsageError} from '../core/errors.js';
import type {Clock, Model} from '../core/ports.js';
import type {Environment} from '../platform/environment.js';
import {lookUp} from './catalog.js';
import {type Credential, findCredential} from './credential.js';
import {createGate, type Gate} from './gate.js';
import {retrying} from './retrying.js';

export interface Models {
  /** Throws `UsageError` for what can be no name, and if there is no key for it. A model of the caller's own is taken as it is. */
  open(choice: string | Model): Promise<Model>;
  /**
   * The model of that name for an agent that works beside `model`. Where that one is not of the server that the names
   * belong to (the demo model, one of the caller's own), it serves itself: nothing else is to be reached then.
   */
  openBeside(model: Model, name: string): Promise<Model>;
}

export interface ModelsOptions {
  readonly env: Environment;
  readonly clock: Clock;
  /** Tries of one request; null: without end. */
  readonly maxAttempts: number | null;
}

/** One gate for each credential of the process: when a server is overloaded, all sessions wait for the same probe. */
const gates = new Map<string, Gate>();

function gateOf({value}: Credential, server: string, clock: Clock): Gate {
  const name = `${value} ${server}`;
  const gate = gates.get(name) ?? createGate({clock, random: Math.random});
  gates.set(name, gate);
  return gate;
}

export function createModels({env, clock, maxAttempts}: ModelsOptions): Models {
  const credential = findCredential(env);
  const served = new WeakSet<Model>();

  async function open(choice: string | Model): Promise<Model> {
    if (typeof choice !== 'string') return choice;
    if (!/^\S+$/.test(choice)) {
      throw new UsageError(
        `"${choice}" is no model's name. Give opus, sonnet, haiku, demo, or a full name, without blanks.`,
      );
    }
    if (choice === 'demo') return (await import('./demo.js')).createDemoModel({clock});
    if (credential === null) {
      throw new UsageError(
        `The model "${choice}" needs a key: start with ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN) set, or take the demo model (--model demo).`,
      );
    }
    const {createAnthropicModel} = await import('./anthropic.js');
    const model = retrying(createAnthropicModel({info: lookUp(choice), credential, env, clock}), {
      gate: gateOf(credential, env.ANTHROPIC_BASE_URL ?? '', clock),
      clock,
      random: Math.random,
      policy: {maxAttempts},
    });
    served.add(model);
    return model;
  }

  return {
    open,
    openBeside: async (model, name) => (served.has(model) || name === 'demo' ? open(name) : model),
  };
}
