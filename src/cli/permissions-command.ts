/** `/permissions`: the mode and the rules, where each rule is from and whether it does what it says; and verbs to change them. */
import {type PermissionMode, permissionModes} from '../core/question.js';
import type {ListedRule} from '../permissions/rules.js';
import type {Session} from '../session.js';
import type {Command} from '../ui/repl.js';
import {revealLine} from '../ui/text/reveal.js';

type Permissions = Pick<Session, 'mode' | 'modes' | 'setMode' | 'rules' | 'addRule' | 'removeRule'>;
type RuleList = ListedRule['list'];

/** In the order in which they decide. */
const lists: readonly {readonly list: RuleList; readonly title: string}[] = [
  {list: 'deny', title: 'Never run:'},
  {list: 'ask', title: 'Always asked about:'},
  {list: 'allow', title: 'Run without a question:'},
];

const modeMeanings: Readonly<Record<PermissionMode, string>> = {
  default: 'what changes something is asked about',
  acceptEdits: 'changes of files in the project run without a question',
  plan: 'nothing that changes anything runs',
  dontAsk: 'what would be asked about is refused',
  bypassPermissions: 'everything runs that no rule stops',
};

const bypassAtStart =
  'Only who starts agent can let it bypass permissions: agent --dangerously-skip-permissions. Nothing is changed.';

const usage = `/permissions allow <rule>          no question, in this session
/permissions allow project <rule>  nor in later ones
/permissions ask, deny <rule>      likewise
/permissions remove <rule>         takes one out again
/permissions mode <mode>           default, acceptEdits, plan …`;

export function createPermissionsCommand(session: Permissions): Command {
  return {
    name: 'permissions',
    description: 'the mode and the rules; allow, ask, deny, remove, mode',
    run(argument) {
      const [, verb = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(argument) ?? [];
      const list = toList(verb);
      if (verb === '') return listed(session);
      if (list !== null) return add(list, rest, session);
      if (verb === 'remove') return remove(rest, session);
      if (verb === 'mode') return changeMode(rest, session);
      return usage;
    },
  };
}

const toList = (word: string): RuleList | null => lists.find(({list}) => list === word)?.list ?? null;

async function add(list: RuleList, argument: string, session: Permissions): Promise<string> {
  const [, reach, rule = ''] = /^(?:(session|project)\s+)?([\s\S]*)$/.exec(argument) ?? [];
  if (rule === '') return `Which rule? For example: /permissions ${list} Bash(npm test:*)`;
  await session.addRule(list, rule, reach === 'project' ? 'project' : 'session');
  const where = reach === 'project' ? 'for this project (.agent/settings.local.json)' : 'for this session';
  const done = {deny: 'never runs', ask: 'is always asked about', allow: 'runs without a question'}[list];
  return `${revealLine(rule)} ${done}, ${where}.`;
}

async function remove(argument: string, session: Permissions): Promise<string> {
  const [, word, text = ''] = /^(?:(deny|ask|allow)\s+)?([\s\S]*)$/.exec(argument) ?? [];
  if (text === '') return 'Which rule? /permissions lists them.';
  const found = new Set(session.rules().flatMap(({list, text: known}) => (known === text ? [list] : [])));
  const [first] = found;
  if (first === undefined) return `There is no rule ${revealLine(text)}. /permissions lists those that there are.`;
  if (word === undefined && found.size > 1) {
    return `${revealLine(text)} stands in several lists. Say which: /permissions remove ${[...found].join('|')} ${revealLine(text)}`;
  }
  await session.removeRule(toList(word ?? '') ?? first, text);
  return `${revealLine(text)} is taken out.`;
}

function changeMode(argument: string, session: Permissions): string {
  if (argument === '') return modeLine(session.mode);
  const mode = permissionModes.find(known => known === argument);
  if (mode === undefined)
    return `There is no mode "${revealLine(argument)}". The modes are: ${permissionModes.join(', ')}.`;
  if (mode === 'bypassPermissions' && !session.modes.includes(mode)) return bypassAtStart;
  session.setMode(mode);
  return modeLine(mode);
}

const modeLine = (mode: PermissionMode): string => `The mode is ${mode}: ${modeMeanings[mode]}.`;

function listed(session: Permissions): string {
  const rules = session.rules();
  const sections = lists.flatMap(({list, title}) => {
    const own = rules.filter(rule => rule.list === list);
    return own.length === 0 ? [] : [[title, ...own.map(toLine)].join('\n')];
  });
  const none = rules.length === 0 ? ['There are no rules.'] : [];
  return [modeLine(session.mode), ...none, ...sections, usage].join('\n\n');
}

const isOfSession = (origin: ListedRule['origin']): boolean => origin === 'session' || origin === 'subtree';

function toLine({text, origin, path, agentId, problem}: ListedRule): string {
  const place = origin === 'flags' ? 'the command line' : isOfSession(origin) ? 'this session' : `${origin} settings`;
  const from = agentId === null ? (path ?? place) : `${place}, ${agentId} and those below it`;
  const warning = problem === null ? '' : `\n    Does not do what it says: ${revealLine(problem)}.`;
  return `  ${revealLine(text)}  (${revealLine(from)})${warning}`;
}
