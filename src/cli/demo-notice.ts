/**
 * What is said where the demo model answers for want of a key: why it does, and how to get a real one. If a model server
 * runs on this machine, how to use that: Ollama, LM Studio and llama.cpp all speak the Anthropic Messages API.
 */
import {quote} from '../platform/shell-call.js';
import {findCredential} from '../providers/credential.js';
import type {Session} from '../session.js';

/** Whether the demo model answers for want of a key, and not because somebody asked for it. @param given by the command line. */
export function isDemoForWantOfKey({model, env}: Pick<Session, 'model' | 'env'>, given: string | undefined): boolean {
  return model.id === 'demo' && findCredential(env) === null && (given ?? env.ANTHROPIC_MODEL) !== 'demo';
}

export interface LocalServer {
  readonly name: string;
  readonly port: number;
  /** Since when it speaks the Messages API, where older ones are common. */
  readonly since?: string;
}

/** The servers' default ports. */
export const localServers: readonly LocalServer[] = [
  {name: 'Ollama', port: 11434, since: 'from 0.14 on'},
  {name: 'LM Studio', port: 1234, since: 'from 0.4.1 on'},
  {name: 'llama.cpp', port: 8080},
];

/** The first model that can talk, from what a server lists; null if it has none, or the answer is no list of models. */
function firstModel(body: string): string | null {
  try {
    const {data} = JSON.parse(body);
    if (!Array.isArray(data)) return null;
    const ids = data.map(model => model?.id).filter(id => typeof id === 'string' && id !== '');
    return ids.find(id => !/embed/i.test(id)) ?? null;
  } catch {
    return null;
  }
}

async function modelOf({port}: LocalServer, patienceMs: number): Promise<string | null> {
  const {get} = await import('node:http');
  return new Promise(done => {
    const options = {
      host: '127.0.0.1',
      port,
      path: '/v1/models',
      agent: false,
      signal: AbortSignal.timeout(patienceMs),
    };
    get(options, response => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', chunk => {
        body += chunk;
      });
      response.on('end', () => done(response.statusCode === 200 ? firstModel(body) : null));
      response.on('error', () => done(null));
    }).on('error', () => done(null));
  });
}

/** As one word of a shell: an id may be a path with blanks. */
const toWord = (text: string): string => (/^[\w.:/-]+$/.test(text) ? text : quote(text));

/** How to use a server of this machine. */
export interface LocalAdvice {
  readonly words: string;
  /** A shell's; between its two parts a line may be broken as shells do it. */
  readonly command: readonly [string, string];
}

/**
 * How to use the first of these servers that answers, or null. Never rejects.
 *
 * @param patienceMs how long an answer may take: a few milliseconds, where the machine has nothing else to do.
 */
export async function localAdvice(
  patienceMs: number,
  servers: readonly LocalServer[] = localServers,
): Promise<LocalAdvice | null> {
  const models = await Promise.all(servers.map(server => modelOf(server, patienceMs)));
  const at = models.findIndex(model => model !== null);
  const [server, model] = [servers[at], models[at]];
  if (server === undefined || !model) return null;
  return {
    words: `${server.name} runs here; to use it${server.since ? ` (${server.since})` : ''}:`,
    command: [
      `ANTHROPIC_BASE_URL=http://localhost:${server.port}`,
      `ANTHROPIC_AUTH_TOKEN=local agent --model ${toWord(model)}`,
    ],
  };
}

interface DemoWords {
  /** How to see the phrases, if that can be asked for. */
  readonly hint?: string;
  /** How to get a real model, where more is known than that a key is one. */
  readonly advice?: LocalAdvice | null;
}

/** The whole line. What it ends with can be copied. */
export function demoNotice({hint = '', advice}: DemoWords): string {
  const remedy = advice ? [advice.words, ...advice.command].join(' ') : 'For a real model set ANTHROPIC_API_KEY.';
  return `No key is set, so the demo model answers: a small offline planner that knows a few phrases${hint}. ${remedy}`;
}
