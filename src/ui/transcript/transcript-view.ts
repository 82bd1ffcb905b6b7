/** The transcript on the alternate screen, from its first frame until it is closed. */
import type {ItemLayout} from '../item-lines.js';
import type {Screen} from '../screen.js';
import type {Terminal} from '../terminal/terminal.js';
import {createAlternatePainter} from './alternate.js';
import {noLayout, type Transcript, type TranscriptLayout} from './transcript.js';
import {createTranscriptLines} from './transcript-lines.js';

export interface TranscriptView {
  /** How the last frame was laid out. */
  readonly layout: TranscriptLayout;
  draw(screen: Screen, transcript: Transcript, layout: ItemLayout): void;
  /** Gives the screen back. False if nothing had been drawn since. */
  close(): boolean;
  /** Nothing of the last frame is left: the next one is drawn whole. */
  forget(): void;
}

export function createTranscriptView({setAlternate, write}: Pick<Terminal, 'setAlternate' | 'write'>): TranscriptView {
  const lines = createTranscriptLines();
  const painter = createAlternatePainter();
  let drawn: TranscriptLayout | null = null;

  return {
    get layout() {
      return drawn ?? noLayout;
    },
    draw(screen, transcript, layout) {
      setAlternate(true);
      const frame = lines.frame(screen, transcript, layout);
      drawn = frame.layout;
      write(painter.paint(frame.lines));
    },
    close() {
      if (!drawn) return false;
      drawn = null;
      setAlternate(false);
      painter.forget();
      return true;
    },
    forget: painter.forget,
  };
}
