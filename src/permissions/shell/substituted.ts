/**
 * What process substitutions hand to a command, `<(echo x)`, as far as their words show it: a program may take it for code, as it
 * would what a pipe brings.
 */
import type {Command, PipelineNode, Statement, Word} from 'unbash';
import type {Input} from './input.js';
import {outputOf} from './piped.js';
import type {Scope} from './scope.js';
import type {Judging} from './types.js';

interface Place {
  readonly scope: Scope;
  readonly judging: Judging;
}

/** Null: not known; undefined: there are none among the words. */
export function comingFrom(words: readonly Word[], place: Place): Input | undefined {
  const outputs = words
    .flatMap(({parts}) => parts ?? [])
    .flatMap(part => (part.type === 'ProcessSubstitution' && part.text.startsWith('<') ? [part.script?.commands] : []))
    .map(commands => (commands?.length === 1 && commands[0] ? lastOutput(commands[0].command, place) : null));
  if (outputs.length === 0) return undefined;
  const texts = outputs.flatMap(output => (output === null || output.text === '' ? [] : [output.text]));
  return texts.length < outputs.length ? null : {text: texts.join('\n'), certain: false};
}

/** What comes in to a command, by a pipe and through its words. */
export function withStreams(input: Input, words: Command['args'], place: Place): Input {
  const streamed = comingFrom(
    words.flatMap(each => (each.type === 'Word' ? [each] : [])),
    place,
  );
  if (streamed === undefined) return input;
  return streamed && input ? {...input, text: `${input.text}\n${streamed.text}`, certain: false} : streamed;
}

function lastOutput(command: Statement['command'], place: Place): Input {
  if (command.type === 'AndOr') return null;
  const last = command.type === 'Pipeline' ? command.commands.at(-1) : command;
  return last && isPlain(last) ? outputOf(last, null, place) : null;
}

/** What a word of it stands for is not known, so neither is what it says. */
const isPlain = (node: PipelineNode): node is Command =>
  node.type === 'Command' &&
  !node.args.some(each => each.type === 'Word' && /[$`]/.test(each.text.replace(/'[^']*'/g, '')));
