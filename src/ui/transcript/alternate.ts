/** Brings whole frames to the alternate screen: only rows that changed are written, in one synchronized update. */

export interface AlternatePainter {
  /** The bytes that bring the screen from the last frame to this one; empty if nothing changed. */
  paint(lines: readonly string[]): string;
  /** Nothing of the last frame is left: the next one is drawn whole. */
  forget(): void;
}

export function createAlternatePainter(): AlternatePainter {
  let shown: readonly string[] | null = null;
  return {
    paint(lines) {
      let bytes = '';
      for (const [row, line] of lines.entries()) {
        if (line !== shown?.[row]) bytes += `\x1b[${row + 1};1H\x1b[K${line}`;
      }
      if (lines.length !== shown?.length) bytes += `\x1b[${lines.length + 1};1H\x1b[J`;
      shown = lines;
      return bytes === '' ? '' : `\x1b[?2026h${bytes}\x1b[?2026l`;
    },
    forget() {
      shown = null;
    },
  };
}
