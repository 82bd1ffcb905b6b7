/**
 * What a call came to, in the shapes that Claude Code's hooks know, as far as it is known here; what is not known is not
 * made up. docs/hooks.md has the table.
 */
import {isAbsolute, resolve} from 'node:path';
import type {HookInput} from '../core/policy.js';
import type {DiffLine, FileDiff, ToolResult} from '../core/types.js';

type Fields = Readonly<Record<string, unknown>>;

/** @param root what paths on the screen are relative to. */
export function toToolResponse({call, result}: Extract<HookInput, {readonly result: unknown}>, root: string): Fields {
  const text = textOf(result.content);
  const input: Fields = typeof call.input === 'object' && call.input !== null ? {...call.input} : {};
  switch (call.tool) {
    case 'Bash':
      // The two outputs are one stream here.
      return {stdout: text, stderr: '', interrupted: false, isImage: false};
    case 'Write':
      return toWritten(input, result, root);
    case 'Edit': {
      const {old_string, new_string, replace_all = false} = input;
      return {...toChange(input, result, root), oldString: old_string, newString: new_string, replaceAll: replace_all};
    }
    case 'Read':
      return Array.isArray(result.content)
        ? {type: 'image', file: {filePath: input.file_path}}
        : {type: 'text', file: {filePath: input.file_path, content: text}};
    default:
      return {content: result.content};
  }
}

function toWritten(input: Fields, result: ToolResult, root: string): Fields {
  const isNew = result.display?.diff?.hunks.every(hunk => hunk.every(({type}) => type === 'added'));
  return {
    ...(isNew === undefined ? {} : isNew ? {type: 'create', originalFile: null} : {type: 'update'}),
    ...toChange(input, result, root),
    content: input.content,
  };
}

/** The path is absolute here, however the model wrote it. */
function toChange({file_path}: Fields, {display}: ToolResult, root: string): Fields {
  const diff = display?.diff;
  const isWhole = typeof file_path === 'string' && isAbsolute(file_path);
  return {
    filePath: isWhole || !diff ? file_path : resolve(root, diff.path),
    ...(diff && {structuredPatch: diff.hunks.map(toHunk)}),
  };
}

const marks = {kept: ' ', removed: '-', added: '+'} as const;

function toHunk(lines: FileDiff['hunks'][number]): Fields {
  const before = lines.flatMap(line => ('before' in line ? [line.before] : []));
  const after = lines.flatMap(line => ('after' in line ? [line.after] : []));
  return {
    oldStart: before[0] ?? 0,
    oldLines: before.length,
    newStart: after[0] ?? 0,
    newLines: after.length,
    lines: lines.map(({type, text}: DiffLine) => `${marks[type]}${text}`),
  };
}

/** What of a result is text. */
export function textOf(content: ToolResult['content']): string {
  return typeof content === 'string'
    ? content
    : content.flatMap(part => (part.type === 'text' ? [part.text] : [])).join('\n');
}
