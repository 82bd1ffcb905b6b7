/** `/hooks`: which hooks listen, to what, and where they are from. */
import type {HookListing} from '../hooks/listing.js';
import type {Session} from '../session.js';
import {plural} from '../ui/format.js';
import type {Command} from '../ui/repl.js';
import {revealLine} from '../ui/text/reveal.js';

/** Characters of a command that are shown. */
const mostLetters = 200;

export function createHooksCommand(session: Pick<Session, 'hooks' | 'withheld'>): Command {
  return {
    name: 'hooks',
    description: 'the hooks that listen, and where they are from',
    run: () => listHooks(session),
  };
}

function listHooks({hooks, withheld}: Pick<Session, 'hooks' | 'withheld'>): string {
  const events = [...new Set(hooks.map(({event}) => event))];
  const lines = events.flatMap(event => [event, ...hooks.filter(hook => hook.event === event).map(toLine)]);
  const untrusted = withheld.filter(({kind}) => kind === 'hook').length;
  const none = untrusted === 0 ? ['No hooks listen. They stand in settings, under "hooks".'] : [];
  const kept =
    untrusted === 0 ? [] : [`Not run, because this folder is not trusted: ${plural(untrusted, 'hook')} of its own.`];
  return [...(lines.length > 0 ? lines : none), ...kept].join('\n');
}

function toLine({matcher, command, timeoutMs, onFailure, source}: HookListing): string {
  const facts = [
    source,
    ...(timeoutMs === null ? [] : [`at most ${timeoutMs / 1_000} s`]),
    ...(onFailure === 'block' ? ['refuses if it fails'] : []),
  ];
  const about = matcher === null || matcher === '' ? '' : `${revealLine(matcher, mostLetters)}: `;
  return `  ${about}${revealLine(command, mostLetters)}  (${facts.map(fact => revealLine(fact)).join(', ')})`;
}
