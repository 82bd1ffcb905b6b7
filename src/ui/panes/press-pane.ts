/** Input while a pane has the keys: moving, folding, stopping. Null: as in the draft, which is for that agent then. */
import type {AgentId} from '../../core/types.js';
import type {Pressed} from '../effects.js';
import {nextQuestion, openQuestion} from '../press-question.js';
import type {Screen} from '../screen.js';
import type {Input} from '../terminal/keys.js';
import {changeFold, focusOn, moveFocus} from './focus.js';
import {isLive} from './tree.js';

/** What the stopping keys do to the focused agent. */
const stops: Readonly<Record<string, 'interrupt' | 'windDown' | 'abort'>> = {
  escape: 'interrupt',
  'ctrl+x': 'windDown',
  'ctrl+c': 'abort',
};

export function pressInPane(screen: Screen, input: Input): Pressed | null {
  const {focus} = screen;
  if (focus === null || input.type !== 'key' || screen.answering?.kept) return null;
  const how = screen.isHelpOpen && input.chord === 'escape' ? undefined : stops[input.chord];
  if (how) return {screen, effects: isLiving(screen, focus) ? [{type: 'stop', how, agentId: focus}] : []};
  const next = moved(screen, input.chord);
  return next && {screen: next, effects: []};
}

function isLiving({view}: Screen, id: AgentId): boolean {
  const agent = view.known.get(id);
  return agent !== undefined && isLive(agent);
}

function moved(screen: Screen, chord: string): Screen | null {
  const isBlank = screen.composer.text === '';
  switch (chord) {
    case 'tab': {
      const next = moveFocus(screen, 1, true);
      return next.focus === null ? (nextQuestion(next) ?? next) : next;
    }
    case 'shift+tab': {
      const next = moveFocus(screen, -1, true);
      return next.focus === null ? {...next, wayOut: 'left'} : next;
    }
    case 'down':
      return moveFocus(screen, 1, false);
    case 'up':
      return moveFocus(screen, -1, false);
    case 'left':
      return isBlank ? changeFold(screen, 'fold') : null;
    case 'right':
      return isBlank ? changeFold(screen, 'unfold') : null;
    case 'enter':
      return isBlank ? (openQuestion(screen, screen.focus) ?? changeFold(screen, 'toggle')) : null;
    case 'ctrl+d':
      return isBlank ? focusOn(screen, null) : null;
    default:
      return null;
  }
}
