/**
 * The command line: which options there are, what they take, and what `--help` says. Nothing is printed and nothing
 * ends here; the caller does both with what comes back.
 */
import {Command, CommanderError, InvalidArgumentError, Option} from 'commander';
import type {AgentDefinition} from '../agents/definition.js';
import {type Effort, efforts} from '../core/types.js';
import {type DebugCategory, parseCategories} from './debug/categories.js';
import {doctorHelp} from './doctor-help.js';
import {exitCodeHelp} from './exit-codes.js';
import {explainHelp} from './explain-help.js';
import {addPolicyOptions, contradictionIn, type PolicyArguments} from './policy-options.js';
import {sessionsHelp, sessionVerbs} from './sessions/help.js';
import {gatherToolLists} from './tool-lists.js';

const outputFormats = ['text', 'json', 'stream-json'] as const;

export type OutputFormat = (typeof outputFormats)[number];

export interface Arguments extends PolicyArguments {
  /** Null if none was given; the words of an unquoted prompt are joined. */
  readonly prompt: string | null;
  readonly print: boolean;
  readonly model?: string;
  readonly fallbackModel?: readonly string[];
  readonly effort?: Effort;
  readonly maxTurns?: number;
  readonly maxBudgetUsd?: number;
  readonly systemPrompt?: string;
  readonly appendSystemPrompt?: string;
  /** Types of agents by name; what each holds is checked with the session. */
  readonly agents?: Readonly<Record<string, AgentDefinition>>;
  readonly maxAgentDepth?: number;
  readonly maxAgents?: number;
  readonly maxAgentChildren?: number;
  readonly maxAgentSpawns?: number;
  /** Words of a kept conversation, or its id; true for the newest. */
  readonly resume?: string | true;
  /** Which one is to be chosen from a list. */
  readonly choose: boolean;
  readonly forkSession: boolean;
  readonly sessionId?: string;
  readonly sessionPersistence: boolean;
  readonly memoryFiles: boolean;
  readonly sandbox: boolean;
  readonly screenReader: boolean;
  readonly verbose: boolean;
  /** Which lines for whoever looks for a fault are wanted; true for all. */
  readonly debug?: ReadonlySet<DebugCategory> | true;
  readonly debugFile?: string;
  readonly outputFormat: OutputFormat;
  readonly includePartialMessages: boolean;
  readonly includeHookEvents: boolean;
}

export type ParsedArguments =
  | {readonly type: 'run'; readonly arguments: Arguments}
  | {readonly type: 'doctor'; readonly runHooks: boolean}
  | {readonly type: 'explain'; readonly command: string; readonly given: PolicyArguments}
  | {readonly type: 'sessions'; readonly words: readonly string[]}
  /** `--help` or `--version`: the text for standard output. */
  | {readonly type: 'answer'; readonly text: string}
  /** One or two lines for standard error. */
  | {readonly type: 'fault'; readonly message: string};

const environmentHelp = `Environment:
  ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN   the key; without one agent runs its offline demo model
  ANTHROPIC_MODEL, ANTHROPIC_BASE_URL, ANTHROPIC_CUSTOM_HEADERS
  HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS
  NO_COLOR                                  no colours on the screen
  FORCE_HYPERLINK                           1: words are links on the screen; 0: never
  OTEL_EXPORTER_OTLP_ENDPOINT               where traces and metrics go; without it nothing is sent
  AGENT_HOME                                your settings, and compiled code (default ~/.agent)`;

const examples = `Examples:
  agent                                     start a conversation
  agent -p "look around this repository"    answer once and exit
  npm test 2>&1 | agent -p "explain the failures"
  agent -p "fix the typo in README.md" --allowedTools "Edit,Write"
  agent doctor                              what agent finds here, and whether its hooks would work
  agent policy explain "git push"           what would be decided of a command, and by which rule
  agent sessions list                       those that are kept; show, export, delete, prune`;

const inputHelp = `Standard input:
  What is piped in belongs to the prompt, and is read to its end however late that comes. A program
  that starts agent and leaves its input open has to close it, or to add < /dev/null.`;

/** Columns of `--help`, the same in a terminal and in a pipe. */
const helpWidth = 100;

function parseCount(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(value);
}

function parseLimit(value: string): number {
  if (!/^(0|[1-9]\d*)$/.test(value)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(value);
}

function parseDollars(value: string): number {
  if (!/^(\d+\.?\d*|\.\d+)$/.test(value) || Number(value) === 0) {
    throw new InvalidArgumentError('It must be a number of dollars above 0, such as 0.5.');
  }
  return Number(value);
}

function parseNames(value: string): readonly string[] {
  const names = value.split(',').map(name => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It must be one name, or several with commas between them.');
  return names;
}

function parseDebug(value: string): ReadonlySet<DebugCategory> {
  const wanted = parseCategories(value);
  if (wanted.ok) return wanted.categories;
  throw new InvalidArgumentError(wanted.fault);
}

function parseAgents(value: string): Readonly<Record<string, AgentDefinition>> {
  const example = 'such as {"reviewer": {"description": "reviews", "prompt": "You review."}}';
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) {
      return parsed as Readonly<Record<string, AgentDefinition>>;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError(`It must be JSON (${reason}), ${example}.`);
  }
  throw new InvalidArgumentError(`It must be a JSON object, ${example}.`);
}

function createCommand(version: string): Command {
  const command = new Command('agent')
    .description('A coding agent for the terminal.')
    .usage('[options] [prompt]')
    .argument('[prompt...]', 'the first message, or with -p the only one')
    .option('-p, --print', 'one-shot: print the answer and exit', false)
    .option('--model <name>', 'opus, sonnet, haiku, a full model name, or demo')
    .option(
      '--fallback-model <names>',
      'what takes over while the model is overloaded or gone: sonnet,haiku',
      parseNames,
    )
    .addOption(new Option('--effort <level>', 'how hard the model thinks').choices(efforts))
    .option('--max-turns <n>', 'stop after this many requests to the model', parseCount)
    .option('--max-budget-usd <amount>', 'stop before this many dollars are spent', parseDollars)
    .option('--agents <json>', 'types of agents: {"name": {"description": …, "prompt": …}, …}', parseAgents)
    .option('--max-agent-depth <n>', 'how deep agents may start agents (default 3; 0: no agents)', parseLimit)
    .option('--max-agents <n>', 'agents that run at once (default 16)', parseLimit)
    .option('--max-agent-children <n>', 'agents of one agent that run at once (default 8)', parseLimit)
    .option('--max-agent-spawns <n>', 'agents that may start in one turn (default 32)', parseLimit)
    .option('--system-prompt <text>', "replace the agent's own system prompt")
    .option('--append-system-prompt <text>', 'add to the system prompt');
  return addPolicyOptions(command)
    .option('--sandbox', 'run commands in a sandbox, whatever the settings say', false)
    .option('--no-memory-files', 'read no AGENTS.md, CLAUDE.md or the like')
    .option('-c, --continue', 'go on with the newest conversation of this folder', false)
    .option('-r, --resume [session]', 'go on with the one of this id or name, or with these words in it; or choose')
    .option('--fork-session', 'go on with a copy of it', false)
    .option('--session-id <id>', 'the id of a new conversation, or of the copy')
    .option('--no-session-persistence', 'keep nothing of this conversation on disk')
    .addOption(new Option('--output-format <format>', 'of one-shot').choices(outputFormats).default('text'))
    .option('--include-partial-messages', 'with stream-json: raw stream events too', false)
    .option('--include-hook-events', 'with stream-json: what hooks are run, and what they say', false)
    .option('--screen-reader', 'words instead of glyphs, line by line: to have the screen read out', false)
    .option(
      '-d, --debug [categories]',
      'tell what goes on: api,agents,tools,hooks,mail,permissions,session',
      parseDebug,
    )
    .option('--debug-file <path>', 'to this file; else to standard error, and of a conversation to a file')
    .option('--verbose', 'show on standard error what is being done', false)
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this')
    .configureHelp({
      optionDescription: ({description, argChoices}) =>
        [description, argChoices?.join(', ')].filter(Boolean).join(': '),
    })
    .addHelpText('after', `\n${[examples, inputHelp, exitCodeHelp, environmentHelp].join('\n\n')}`)
    .exitOverride();
}

/** Reads the arguments after the program's name. */
export function parseArguments(argv: readonly string[], version: string): ParsedArguments {
  const other = parseDoctor(argv) ?? parseExplain(argv) ?? parseSessions(argv);
  if (other) return other;
  const gathered = gatherToolLists(argv);
  if (!gathered.ok) return {type: 'fault', message: toLine(gathered.fault)};
  let printed = '';
  const command = createCommand(version).configureOutput({
    writeOut: text => {
      printed += text;
    },
    writeErr: () => {},
    getOutHelpWidth: () => helpWidth,
  });
  try {
    command.parse(gathered.argv, {from: 'user'});
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return {type: 'answer', text: printed};
    const [, word = ''] = /^error: unknown option '([\s\S]*)'$/.exec(error.message) ?? [];
    if (/\s/.test(word)) return {type: 'fault', message: behindDashes(word)};
    return {type: 'fault', message: toLine(error.message)};
  }
  const options = command.opts<Omit<Arguments, 'prompt' | 'choose'> & {readonly continue: boolean}>();
  const contradiction = contradictionIn(options);
  if (contradiction !== null) return {type: 'fault', message: contradiction};
  const prompt = command.args.length > 0 ? command.args.join(' ') : null;
  const isStream = options.outputFormat === 'stream-json';
  for (const flag of ['--include-partial-messages', '--include-hook-events'] as const) {
    const isAsked = flag === '--include-hook-events' ? options.includeHookEvents : options.includePartialMessages;
    if (isAsked && !isStream) return {type: 'fault', message: `${flag} needs --output-format stream-json.`};
  }
  const {continue: isNewest, resume, ...rest} = options;
  if (isNewest && resume !== undefined)
    return {
      type: 'fault',
      message: '--continue takes the newest conversation, and --resume names one. Give one of them.',
    };
  if (rest.forkSession && !isNewest && resume === undefined)
    return {type: 'fault', message: '--fork-session copies a conversation: say which, by --continue or --resume.'};
  const kept = isNewest ? {resume: true as const} : typeof resume === 'string' ? {resume} : {};
  return {type: 'run', arguments: {...rest, ...kept, choose: resume === true, prompt}};
}

/** Null for what is no call of the doctor: a prompt may begin with that word. */
function parseDoctor([name, ...flags]: readonly string[]): ParsedArguments | null {
  if (name !== 'doctor' || flags.some(flag => !flag.startsWith('-'))) return null;
  if (flags.includes('--help') || flags.includes('-h')) return {type: 'answer', text: doctorHelp};
  const unknown = flags.find(flag => flag !== '--run-hooks');
  if (unknown !== undefined) {
    return {type: 'fault', message: `Unknown option '${unknown}' of agent doctor. See agent doctor --help.`};
  }
  return {type: 'doctor', runHooks: flags.includes('--run-hooks')};
}

/** Null for what is no call of it. The words after it are looked at when it is loaded. */
function parseSessions([name, verb = '--help', ...words]: readonly string[]): ParsedArguments | null {
  const isVerb = sessionVerbs.some(known => known === verb);
  if (name !== 'sessions' || !(isVerb || verb.startsWith('-'))) return null;
  if ([verb, ...words].some(word => word === '--help' || word === '-h')) return {type: 'answer', text: sessionsHelp};
  return {type: 'sessions', words: [verb, ...words]};
}

/** The command is one argument: of several, the quotes that belong to it would be lost. */
function parseExplain([name, verb, ...words]: readonly string[]): ParsedArguments | null {
  if (name !== 'policy' || verb !== 'explain') return null;
  if (words.includes('--help') || words.includes('-h')) return {type: 'answer', text: explainHelp};
  const gathered = gatherToolLists(words);
  if (!gathered.ok) return {type: 'fault', message: toLine(gathered.fault, seeExplain)};
  const parser = addPolicyOptions(new Command().argument('[command...]').helpOption(false)).exitOverride();
  try {
    parser.configureOutput({writeErr: () => {}}).parse(gathered.argv, {from: 'user'});
  } catch (error) {
    if (error instanceof CommanderError) return {type: 'fault', message: toLine(error.message, seeExplain)};
    throw error;
  }
  const given = parser.opts<PolicyArguments>();
  const contradiction = contradictionIn(given);
  if (contradiction !== null) return {type: 'fault', message: contradiction};
  const [command, ...more] = parser.args;
  if (command !== undefined && command.trim() !== '' && more.length === 0) return {type: 'explain', command, given};
  return {type: 'fault', message: 'Give one command, in quotes: agent policy explain "git push origin main"'};
}

const seeExplain = 'See agent policy explain --help.';

/** No option has blanks: that is a prompt, or several words that were quoted together. */
function behindDashes(words: string): string {
  const line = words.replace(/\s+/g, ' ');
  const shown = line.length <= 40 ? line : `${line.slice(0, 40)}…`;
  return `"${shown}" is no option. A prompt that begins with a dash stands behind --: agent -p -- "…"`;
}

/** The library's message as one line of ours. */
function toLine(message: string, more = 'See agent --help.'): string {
  const line = message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
  const [first = ''] = line;
  return `${first.toUpperCase()}${line.slice(1)}${/[.?!)]$/.test(line) ? '' : '.'} ${more}`;
}
