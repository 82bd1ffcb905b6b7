/** `/rename`: what lists call the conversation. */
import type {Session} from '../session.js';
import type {Command} from '../ui/repl.js';
import {revealLine} from '../ui/text/reveal.js';

export function createRenameCommand(session: Pick<Session, 'title' | 'rename'>): Command {
  return {
    name: 'rename',
    description: 'what lists call this conversation: /rename the parser',
    run(argument) {
      if (argument !== '') session.rename(argument);
      const {title} = session;
      return title === null
        ? 'This conversation has no name: lists show how it begins. /rename and some words give it one.'
        : `This conversation is called "${revealLine(title)}".`;
    },
  };
}
