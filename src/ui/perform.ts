/** What input leads to in the session: the screen tells it, and says what came of it. */
import {type Command, runCommand} from './commands.js';
import type {ScreenEffect, SessionEffect} from './effects.js';
import type {Item} from './items.js';
import {giveBack} from './panes/focus.js';
import type {ReplOptions} from './repl-options.js';
import {createGoingBack} from './rewind/go-back.js';
import type {Screen} from './screen.js';

export interface PerformOptions {
  readonly repl: ReplOptions;
  readonly commands: () => readonly Command[];
  readonly screen: () => Screen;
  /** Changes the screen, and draws it with what has happened meanwhile. */
  update(change?: (screen: Screen) => Screen): void;
  /** Says it in the conversation, from the next frame on. */
  hold(item: HeldItem): void;
}

/** Without its id. */
export type HeldItem =
  | Pick<Item & {type: 'notice'}, 'type' | 'level' | 'text'>
  | Pick<Item & {type: 'prompt'}, 'type' | 'text'>;

export interface Performer {
  perform(effect: SessionEffect): void;
  /** Lets a message to go back to be chosen; a line for the person where there is none. */
  pickRewind(): string | null;
}

export const isForScreen = (effect: ScreenEffect | SessionEffect): effect is ScreenEffect =>
  effect.type === 'suspend' || effect.type === 'redraw' || effect.type === 'leave';

export function createPerformer({repl, commands, screen, update, hold}: PerformOptions): Performer {
  const say = (level: (Item & {type: 'notice'})['level'], text: string): void => hold({type: 'notice', level, text});
  const goingBack = createGoingBack({rewinding: repl.rewinding, update, say});
  const pickRewind = (): string | null => goingBack.pick(screen());

  /** A message that was not taken is given back: nothing typed is lost. */
  function sendMail({agentId, text}: SessionEffect & {readonly type: 'mail'}): void {
    repl.onSubmit(text);
    const receipt = repl.agents.send(agentId, text);
    if (receipt.accepted) return;
    say('warning', `${receipt.message} What you wrote is in the draft again.`);
    update(before => giveBack(before, agentId, text));
  }

  async function callCommand({name, argument}: SessionEffect & {readonly type: 'command'}): Promise<void> {
    const typed = `/${name} ${argument}`.trimEnd();
    repl.onSubmit(typed);
    hold({type: 'prompt', text: typed});
    const said = await runCommand(commands(), name, argument);
    if (said) say(said.level, said.text);
    update();
  }

  function perform(effect: SessionEffect): void {
    switch (effect.type) {
      case 'send':
      case 'steer':
        repl.onSubmit(effect.text);
        repl[effect.type](effect.text);
        return;
      case 'command':
        void callCommand(effect);
        return;
      case 'answer':
        repl.answer(effect.callId, effect.answer);
        return;
      case 'mode':
        repl.setMode(effect.mode);
        return;
      case 'mail':
        sendMail(effect);
        return;
      case 'stop':
        void repl.agents[effect.how](effect.agentId);
        return;
      case 'background':
        repl.agents.moveToBackground(effect.agentId);
        return;
      case 'takeBack':
        repl.agents.takeBack(effect.agentId);
        update();
        return;
      case 'interrupt':
      case 'abort':
        repl[effect.type]();
        update();
        return;
      case 'pickRewind': {
        const fault = pickRewind();
        if (fault !== null) say('info', fault);
        return;
      }
      case 'previewRewind':
      case 'rewind':
        void goingBack.perform(effect);
        return;
      default:
        effect satisfies never;
    }
  }

  return {perform, pickRewind};
}
