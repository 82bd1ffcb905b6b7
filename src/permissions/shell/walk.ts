/**
 * Walks a script in the order in which a shell would run it, whatever the branch, and has every simple command, redirection
 * and substitution judged where it stands.
 */
import type {
  Assignment,
  Command,
  CommandNode,
  CompoundList,
  Pipeline,
  PipelineNode,
  Redirection,
  Script,
  Statement,
  Word,
} from 'unbash';
import {changesIn} from './assigned.js';
import {expandAssigned, fieldOf, judgeAssignment, takesName} from './assignment.js';
import {walkTest} from './conditions.js';
import {visitSubstitutions} from './evaluation.js';
import type {Input} from './input.js';
import {expandPattern} from './patterns.js';
import {outputOf} from './piped.js';
import {judgeRedirection} from './redirections.js';
import {after, assign, define, either, forget, join, lose, type Outcome, receive, type Scope} from './scope.js';
import {judgeSimple} from './simple.js';
import {withStreams} from './substituted.js';
import {type Field, hidden, type Judging} from './types.js';
import {isCommandName, steers} from './variables.js';
import {expandWord, expandWords} from './word.js';

export function walkScript(script: Script, scope: Scope, judging: Judging): Scope {
  return walkStatements(script.commands, scope, judging);
}

function walkStatements(statements: readonly Statement[], scope: Scope, judging: Judging): Scope {
  return after(listOutcome(statements, scope, judging));
}

/** A list ends as its last command does. */
function listOutcome(statements: readonly Statement[], scope: Scope, judging: Judging): Outcome {
  let outcome = either(scope);
  for (const {command, background} of statements) {
    const before = after(outcome);
    if (!judging.spend(1)) return either(before);
    const ended =
      command.type === 'AndOr'
        ? walkAndOr(command.commands, command.operators, before, judging)
        : walkPipeline(command, before, judging);
    outcome = background ? either(before) : ended;
  }
  return outcome;
}

function walkAndOr(
  commands: readonly PipelineNode[],
  operators: readonly ('&&' | '||')[],
  scope: Scope,
  judging: Judging,
): Outcome {
  const [first, ...rest] = commands;
  if (first === undefined) return either(scope);
  let outcome = walkPipeline(first, scope, judging);
  for (const [index, command] of rest.entries()) {
    const {success, failure, isSure} = outcome;
    if (operators[index] === '&&') {
      const next = walkPipeline(command, success, judging);
      outcome = isSure ? next : {success: next.success, failure: join(failure, next.failure)};
    } else {
      const next = walkPipeline(command, failure, judging);
      if (!isSure) outcome = {success: join(success, next.success), failure: next.failure};
    }
  }
  return outcome;
}

function walkPipeline(node: PipelineNode, scope: Scope, judging: Judging): Outcome {
  if (node.type !== 'Pipeline') return walkCommand(node, scope, judging);
  const [only, second] = node.commands;
  if (only === undefined || second !== undefined) {
    // Each part runs in a shell of its own.
    let piped = scope.input;
    for (const command of node.commands) {
      const inside = command.type === 'Command' ? {...scope, input: piped} : receive(scope, piped);
      walkCommand(command, inside, judging);
      piped = outputOf(command, piped, {scope, judging});
    }
    return either(scope);
  }
  const outcome = walkCommand(only, scope, judging);
  return isNegated(node) ? {success: outcome.failure, failure: outcome.success} : outcome;
}

const isNegated = (node: Pipeline): boolean => node.prefixes.filter(({type}) => type === 'Negation').length % 2 === 1;

function walkCommand(node: CommandNode, scope: Scope, judging: Judging): Outcome {
  const list = ({commands}: CompoundList, from: Scope): Scope => walkStatements(commands, from, judging);
  switch (node.type) {
    case 'Command':
      return walkSimple(node, scope, judging);
    case 'Redirected': {
      const input = walkRedirections(node.redirects, scope, judging);
      const inside = input === undefined ? scope : receive(scope, input);
      const {success, failure} = afterOpening(node.redirects, walkCommand(node.command, inside, judging));
      return {success: {...success, input: scope.input}, failure: {...failure, input: scope.input}};
    }
    case 'BraceGroup':
      return listOutcome(node.body.commands, scope, judging);
    case 'Subshell':
      list(node.body, scope);
      return either(scope);
    case 'If': {
      let condition = listOutcome(node.clause.commands, scope, judging);
      let end = list(node.then, condition.success);
      for (const branch of node.elif) {
        condition = listOutcome(branch.clause.commands, condition.failure, judging);
        end = join(end, list(branch.then, condition.success));
      }
      return either(join(end, node.else ? list(node.else, condition.failure) : condition.failure));
    }
    case 'While':
      return walkLoop(node, scope, from => {
        const {success, failure} = listOutcome(node.clause.commands, from, judging);
        const [goesOn, ends] = node.kind === 'while' ? [success, failure] : [failure, success];
        return join(ends, list(node.body, goesOn));
      });
    case 'For':
      return walkFor(node, scope, judging);
    case 'Select':
      judgeName(node.name.value, judging);
      visitWords(node.wordlist ?? [], scope, judging);
      return walkLoop(node, scope, from => list(node.body, from));
    case 'ArithmeticFor':
      for (const part of [node.initialize, node.test, node.update]) if (part) visitSubstitutions(part, scope, judging);
      return walkLoop(node, scope, from => list(node.body, from));
    case 'Case': {
      expandWord(node.word, scope, judging);
      let end = scope;
      for (const item of node.items) {
        visitWords(item.pattern, scope, judging);
        // With `;&` one body goes on into the next.
        end = join(end, list(item.body, end));
      }
      return either(end);
    }
    case 'TestCommand':
      walkTest(node.expression, scope, judging);
      return either(scope);
    case 'ArithmeticCommand':
      visitSubstitutions(node, scope, judging);
      return either(scope);
    case 'Coproc':
      if (node.body.type === 'CompoundList') list(node.body, scope);
      else walkCommand(node.body, scope, judging);
      return either(scope);
    case 'Function':
      return walkFunction(node.name.value, node.body, scope, judging);
    default:
      return node satisfies never;
  }
}

/** What a loop changes may have been changed already when it comes around. */
function walkLoop(node: CommandNode, scope: Scope, walk: (scope: Scope) => Scope): Outcome {
  const {names, moves} = changesIn(node, 'lasting');
  const start = names.size > 0 || moves ? forget(scope, names, moves) : scope;
  return either(join(start, walk(start)));
}

/** Over this many words a loop is walked once, with its variable unknown. */
const maximumRounds = 16;

function walkFor(node: Extract<CommandNode, {type: 'For'}>, scope: Scope, judging: Judging): Outcome {
  const name = node.name.value;
  judgeName(name, judging);
  const fields =
    node.wordlist && expandWords(node.wordlist, scope, judging).flatMap(field => expandPattern(field, scope, judging));
  const known =
    fields?.every(field => !field.splits && !field.glob && !field.text.includes(hidden)) &&
    fields.length <= maximumRounds;
  const [only] = fields ?? [];
  const listed = fields?.length === 1 && only?.listing ? {listing: only.listing} : null;
  const values = fields && known ? fields.map(({text}) => text) : [listed];
  return walkLoop(node, scope, from =>
    values.reduce(
      (state, value) => join(state, walkStatements(node.body.commands, assign(state, name, value), judging)),
      from,
    ),
  );
}

const notOurs =
  /^(?:cd|pushd|popd|export|declare|typeset|local|readonly|unset|read|eval|exec|command|builtin|source|\.|set|trap|test|\[|:)$/;

function walkFunction(
  name: string,
  body: Extract<CommandNode, {type: 'Function'}>['body'],
  scope: Scope,
  judging: Judging,
): Outcome {
  // It runs later, from wherever the shell stands then.
  const inside = {...forget(scope, scope.variables.keys(), false), input: null};
  if (body.type === 'CompoundList') walkStatements(body.commands, inside, judging);
  else walkCommand(body, inside, judging);
  if (notOurs.test(name) || !/^[\w.-]+$/.test(name)) {
    judging.report({
      text: `${name}()`,
      verdict: 'ask',
      rule: null,
      reason: 'it gives a command of the shell another meaning',
    });
    return either(lose(scope));
  }
  return either(define(scope, name));
}

/** A variable that a loop fills. */
function judgeName(name: string, judging: Judging): void {
  if (!steers(name)) return;
  const doubt = isCommandName(name) ? judging.doubt : {};
  judging.report({text: `for ${name}`, verdict: 'ask', rule: null, reason: `${name} changes what runs`, ...doubt});
}

function visitWords(words: readonly Word[], scope: Scope, judging: Judging): void {
  for (const word of words) expandWord(word, scope, judging);
}

function walkRedirections(redirections: readonly Redirection[], scope: Scope, judging: Judging): Input | undefined {
  let input: Input | undefined;
  for (const redirection of redirections) {
    const given = judgeRedirection(redirection, scope, judging);
    // The last one counts.
    if (given !== undefined) input = given;
  }
  return input;
}

/** A file that cannot be opened keeps the command from running at all. */
const afterOpening = (redirections: readonly Redirection[], outcome: Outcome): Outcome =>
  redirections.every(each => each.type === 'Redirect' && /^(?:\/dev\/null|[012])$/.test(each.target?.value ?? ''))
    ? outcome
    : {success: outcome.success, failure: outcome.failure};

function walkSimple(node: Command, scope: Scope, judging: Judging): Outcome {
  const words: Field[] = [];
  if (node.name) words.push(...expandWord(node.name, scope, judging));
  for (const argument of node.args) {
    if (argument.type === 'Word') words.push(...expandWord(argument, scope, judging));
    else words.push(fieldOf(argument, expandAssigned(argument, scope, judging)));
  }
  const redirected = walkRedirections(node.redirects, scope, judging);
  const input = withStreams(redirected === undefined ? scope.input : redirected, node.args, {scope, judging});
  let assigned = scope;
  for (const assignment of node.prefix) {
    if (assignment.type !== 'Assignment') continue;
    const isStreamed = takesName(assignment, node);
    if (isStreamed) words.shift();
    const value = isStreamed ? null : expandAssigned(assignment, assigned, judging);
    if (!isForReading(assignment, words, scope))
      judgeAssignment(fieldOf(assignment, value), words.length > 0, assigned, judging);
    const plain = assignment.append !== true && assignment.index === undefined;
    assigned = assign(assigned, assignment.name, plain ? value : null);
  }
  // What stands behind such an assignment may be further ones.
  while (assigned !== scope && /^[A-Za-z_]\w*\+?=/.test(words[0]?.text ?? '')) {
    judgeAssignment(words[0] as Field, true, assigned, judging);
    words.shift();
  }
  if (words.length === 0) return either(assigned);
  const outcome = judgeSimple(words, {scope: assigned, judging, input, inShell: true, depth: 0});
  if (assigned === scope) return afterOpening(node.redirects, outcome);
  const {success, failure} = outcome;
  // Afterwards the variables are what they were, or not, as the command is a program or the shell's own.
  const names = node.prefix.flatMap(each => (each.type === 'Assignment' ? [each.name] : []));
  return {success: forget(success, names, false), failure: forget(failure, names, false)};
}

/** `IFS= read -r x`: where what is read is cut, for this one command of the shell's own. */
const isForReading = ({name}: Assignment, [command]: readonly Field[], scope: Scope): boolean =>
  name === 'IFS' &&
  command !== undefined &&
  /^(?:read|mapfile|readarray)$/.test(command.text) &&
  !scope.functions.has(command.text);
