/** Carries out what the picker asks for: opens it, fetches what would change, goes back, and says what came of it. */
import type {Effect} from '../effects.js';
import type {Item} from '../items.js';
import {giveBack} from '../panes/focus.js';
import {isRunning, type Screen} from '../screen.js';
import {createPicker, withFiles} from './picker.js';
import {doneWords, nothingToRewind, type Rewinding} from './rewinding.js';

export interface GoingBackOptions {
  readonly rewinding: Rewinding;
  /** Changes the screen, and draws it. */
  update(change: (screen: Screen) => Screen): void;
  /** Says something in the conversation. */
  say(level: (Item & {type: 'notice'})['level'], text: string): void;
}

export interface GoingBack {
  /** A line for the person where there is nothing to choose. */
  pick(screen: Screen): string | null;
  perform(effect: Effect & {readonly type: 'previewRewind' | 'rewind'}): Promise<void>;
}

export function createGoingBack({rewinding, update, say}: GoingBackOptions): GoingBack {
  return {
    pick(screen) {
      if (isRunning(screen)) return 'A turn is running. Stop it with esc first.';
      const points = rewinding.points();
      if (points.length === 0) return nothingToRewind;
      update(before => ({...before, picker: createPicker(points)}));
      return null;
    },
    async perform(effect) {
      try {
        if (effect.type === 'previewRewind') {
          const files = await rewinding.preview(effect.id);
          return update(screen => ({...screen, picker: withFiles(screen.picker, effect.id, files)}));
        }
        const {point, scope} = effect;
        const done = await rewinding.rewind(point.id, scope);
        const words = doneWords(done, scope);
        if (words !== '') say('info', words);
        update(screen => {
          const closed = {...screen, picker: null};
          return scope.conversation ? giveBack(closed, null, point.text) : closed;
        });
      } catch (error) {
        say('error', error instanceof Error ? error.message : String(error));
        update(screen => ({...screen, picker: null}));
      }
    },
  };
}
