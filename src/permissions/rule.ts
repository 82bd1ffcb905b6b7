/**
 * One rule as a person writes it, read into what it speaks of: a tool, commands, paths, a domain, a type of agent. What a
 * rule holds that cannot be understood is said, and never lets more through than the person may have meant.
 */

import {nearest} from '../platform/edit-distance.js';
import type {RuleSetting} from '../settings/settings.js';
import {type PathPattern, parsePattern} from './path-pattern.js';

export type RuleList = RuleSetting['list'];

/** A tool as far as rules need to know it. */
export interface KnownTool {
  readonly name: string;
  readonly aliases?: readonly string[];
}

export type RuleTopic =
  /** Whole tools. A name that ends with `*` is the beginning of names. */
  | {readonly type: 'tool'; readonly names: readonly string[]}
  | {readonly type: 'command'; readonly argument: string}
  | {readonly type: 'path'; readonly access: 'read' | 'write'; readonly pattern: PathPattern}
  /** `*.example.com` is all below it. */
  | {readonly type: 'domain'; readonly domain: string}
  | {readonly type: 'agent'; readonly kind: string}
  /** Fits no call. */
  | {readonly type: 'nothing'};

export interface ReadRule {
  /** The list that it counts in: what is broken never allows, and where it was to deny or ask, it asks. */
  readonly list: RuleList;
  readonly topic: RuleTopic;
  /** Why it does not do what it says, or null. */
  readonly problem: string | null;
}

/** A rule for one of them holds for all: whoever may not edit a file may not write it either. */
const families = {
  read: ['Read', 'Grep', 'Glob'],
  write: ['Edit', 'Write', 'MultiEdit', 'NotebookEdit'],
} as const;

/** Claude Code's tools that agent has not, or has under another name: people share settings between both. */
const elsewhere = [
  'AskUserQuestion',
  'BashOutput',
  'EnterPlanMode',
  'ExitPlanMode',
  'KillBash',
  'KillShell',
  'LS',
  'ListMcpResourcesTool',
  'Monitor',
  'MultiEdit',
  'NotebookEdit',
  'NotebookRead',
  'PowerShell',
  'ReadMcpResourceTool',
  'Skill',
  'SlashCommand',
  'TodoRead',
  'TodoWrite',
  'ToolSearch',
  'WebFetch',
  'WebSearch',
];

const mcpName = /^mcp__[A-Za-z0-9_.*-]+$/;

/** Reads one rule. @param tools those that there are. */
export function readRule(list: RuleList, text: string, tools: readonly KnownTool[]): ReadRule {
  const split = /^\s*([^()\s]+)\s*(?:\((.*)\)\s*)?$/s.exec(text);
  if (!split) {
    const problem =
      text.trim() === '' ? 'it is empty' : 'it is neither a tool nor a tool with something in parentheses';
    return {list, topic: {type: 'nothing'}, problem};
  }
  const [, written = '', argument] = split;
  const tool = tools.find(({name, aliases}) => name === written || aliases?.includes(written));
  const name = tool?.name ?? written;
  if (name.startsWith('mcp__')) return readMcp(list, name, argument);
  if (tool === undefined && !elsewhere.includes(name) && name !== '*') {
    const near = nearest(name, tools.flatMap(each => [each.name, ...(each.aliases ?? [])]).concat(elsewhere));
    const hint = near === null ? ` (there are ${tools.map(each => each.name).join(', ')})` : `; is ${near} meant?`;
    return {list, topic: {type: 'nothing'}, problem: `there is no tool "${name}"${hint}`};
  }
  if (argument === undefined || argument.trim() === '*') return {list, topic: wholeTool(name), problem: null};
  return readArgument(list, name, argument);
}

function wholeTool(name: string): RuleTopic {
  if (name === '*') return {type: 'tool', names: ['*']};
  if (name === 'Edit') return {type: 'tool', names: families.write};
  if (name === 'Read') return {type: 'tool', names: families.read};
  return {type: 'tool', names: [name]};
}

/** `mcp__server` is all of that server's tools. */
function readMcp(list: RuleList, name: string, argument: string | undefined): ReadRule {
  if (!mcpName.test(name)) return broken(list, name, 'its name holds a character that no MCP tool has');
  if (argument !== undefined && argument.trim() !== '*')
    return broken(list, name, 'a rule for an MCP tool takes no parentheses');
  const isServer = name.split('__').length === 2;
  return {list, topic: {type: 'tool', names: isServer ? [name, `${name}__*`] : [name]}, problem: null};
}

/** Nothing is allowed by it; where it was to forbid or to ask, the whole tool asks. */
function broken(list: RuleList, name: string, problem: string): ReadRule {
  if (list === 'allow') return {list, topic: {type: 'nothing'}, problem};
  return {
    list: 'ask',
    topic: wholeTool(name),
    problem: `${problem}; until it is mended, every use of ${name} is asked about`,
  };
}

function readArgument(list: RuleList, name: string, argument: string): ReadRule {
  if (argument.trim() === '') return broken(list, name, 'its parentheses are empty');
  if (name === 'Bash') return {list, topic: {type: 'command', argument: argument.trim()}, problem: null};
  if (name === 'Agent') return {list, topic: {type: 'agent', kind: argument.trim()}, problem: null};
  if (name === 'WebFetch') return readDomain(list, argument.trim());
  for (const access of ['read', 'write'] as const) {
    if (!(families[access] as readonly string[]).includes(name)) continue;
    const pattern = parsePattern(argument);
    if ('problem' in pattern) return broken(list, name, pattern.problem);
    return {list, topic: {type: 'path', access, pattern}, problem: null};
  }
  return broken(list, name, `a rule for ${name} takes no parentheses`);
}

function readDomain(list: RuleList, argument: string): ReadRule {
  const domain = /^domain:\s*(\S+)$/.exec(argument)?.[1];
  if (domain === undefined || !/^(\*\.)?[^*/\s]+$|^\*$/.test(domain)) {
    return broken(list, 'WebFetch', 'what is in its parentheses is no domain:example.com');
  }
  return {list, topic: {type: 'domain', domain: toDomain(domain)}, problem: null};
}

/** One spelling for each name: `Example.COM.` is example.com. */
const toDomain = (domain: string): string => domain.toLowerCase().replace(/\.$/, '');

/** Whether a whole-tool name of a rule means that tool. */
export const meansTool = (name: string, tool: string): boolean =>
  name.endsWith('*') ? tool.startsWith(name.slice(0, -1)) : name === tool;

/** Whether a domain of a rule means that one. */
export function meansDomain(rule: string, domain: string): boolean {
  const given = toDomain(domain);
  if (rule === '*') return true;
  return rule.startsWith('*.') ? given.endsWith(rule.slice(1)) : given === rule;
}
