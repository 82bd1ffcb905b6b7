/**
 * One rule as a person writes it, read into what it speaks of: a tool, commands, paths, a domain, a type of agent. What a
 * rule holds that cannot be understood is said, and never lets more through than the person may have meant.
 */

import {nearest} from '../platform/edit-distance.js';
import type {RuleSetting} from '../settings/settings.js';
import {whyNoCommand} from './line.js';
import {type PathPattern, parsePattern} from './path-pattern.js';

export type RuleList = RuleSetting['list'];

/** A tool as far as rules need to know it. */
export interface KnownTool {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** What a rule may have in its parentheses, where that is known by name. */
  readonly kinds?: readonly string[];
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
    if (text.trim() === '') return {list, topic: {type: 'nothing'}, problem: 'it is empty'};
    const [begun = ''] = /^\s*[A-Za-z]\w*(?=\()/.exec(text) ?? [];
    return brokenFor(
      list,
      findTool(begun.trim(), tools)?.name,
      'it is neither a tool nor a tool with something in parentheses',
    );
  }
  const [, written = '', argument] = split;
  const tool = findTool(written, tools);
  const name = tool?.name ?? written;
  if (name.startsWith('mcp__')) return readMcp(list, name, argument);
  if (tool === undefined && !elsewhere.includes(name) && name !== '*') {
    const near = nearest(name, tools.flatMap(each => [each.name, ...(each.aliases ?? [])]).concat(elsewhere));
    const hint = near === null ? ` (there are ${tools.map(each => each.name).join(', ')})` : `; is ${near} meant?`;
    return brokenFor(
      list,
      near === null ? undefined : (findTool(near, tools)?.name ?? near),
      `there is no tool "${name}"${hint}`,
    );
  }
  if (argument === undefined || argument.trim() === '*') return {list, topic: wholeTool(name), problem: null};
  return readArgument(list, name, argument, tool?.kinds ?? []);
}

const findTool = (written: string, tools: readonly KnownTool[]): KnownTool | undefined =>
  tools.find(({name, aliases}) => name === written || aliases?.includes(written));

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
    problem: `${problem}${problem.endsWith('?') ? ' Until' : '; until'} it is mended, every use of ${name} is asked about`,
  };
}

/** The same where it is not certain that a tool was meant. */
const brokenFor = (list: RuleList, name: string | undefined, problem: string): ReadRule =>
  name === undefined ? {list, topic: {type: 'nothing'}, problem} : broken(list, name, problem);

function readArgument(list: RuleList, name: string, argument: string, kinds: readonly string[]): ReadRule {
  if (argument.trim() === '') return broken(list, name, 'its parentheses are empty');
  if (name === 'Bash') return readCommand(list, argument.trim());
  if (name === 'Agent') return readKind(list, argument.trim(), kinds);
  if (name === 'WebFetch') return readDomain(list, argument.trim());
  for (const access of ['read', 'write'] as const) {
    if (!(families[access] as readonly string[]).includes(name)) continue;
    const pattern = parsePattern(argument);
    if ('problem' in pattern) return broken(list, name, pattern.problem);
    return {list, topic: {type: 'path', access, pattern}, problem: null};
  }
  return broken(list, name, `a rule for ${name} takes no parentheses`);
}

function readCommand(list: RuleList, argument: string): ReadRule {
  const problem = whyNoCommand(argument, list === 'allow');
  return problem === null ? {list, topic: {type: 'command', argument}, problem} : broken(list, 'Bash', problem);
}

/** A type may be another project's; only one that looks like a slip is told of, and counts as it is written. */
function readKind(list: RuleList, kind: string, kinds: readonly string[]): ReadRule {
  const isKnown = kinds.some(known => known.toLowerCase() === kind.toLowerCase());
  const near = isKnown ? null : nearest(kind, kinds);
  const problem = near === null ? null : `there is no type of agent "${kind}"; is ${near} meant?`;
  return {list, topic: {type: 'agent', kind}, problem};
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
