/** Events that a person reads as one line between what is said. */
import type {StampedEvent} from '../core/types.js';
import {commandEndedText} from './command-ended-text.js';
import type {Item} from './items.js';
import {replacedText} from './replaced-text.js';
import {cleanLine} from './text/clean.js';

type Event<Type extends StampedEvent['type']> = StampedEvent & {readonly type: Type};
type Told = Event<'notice' | 'prefix_changed' | 'model_replaced' | 'command_ended'>;
type Notice = Item & {readonly type: 'notice'};

export function toNotice(event: Told): Notice {
  return {type: 'notice', id: `notice:${event.seq}`, ...said(event)};
}

function said(event: Told): Pick<Notice, 'level' | 'text'> {
  switch (event.type) {
    case 'notice':
      return {level: event.level, text: event.text};
    case 'prefix_changed':
      return {level: 'info', text: `${event.reason}: ${event.detail}`};
    case 'model_replaced':
      return {level: 'warning', text: replacedText(event)};
    case 'command_ended':
      return {level: 'info', text: cleanLine(commandEndedText(event))};
    default:
      return event satisfies never;
  }
}
