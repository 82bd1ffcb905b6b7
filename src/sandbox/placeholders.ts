/**
 * The package keeps some files from coming into being in the folder that the program runs in: it puts devices in their
 * place, which `git add` stumbles over. Nothing reads these there before the person trusts them, so they are left out.
 */
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {quote} from '../platform/shell-call.js';

const names: readonly string[] = [
  '.bash_profile',
  '.bashrc',
  '.gitconfig',
  '.gitmodules',
  '.idea',
  '.mcp.json',
  '.profile',
  '.ripgreprc',
  '.vscode',
  '.zprofile',
  '.zshrc',
];

/** The shell code that starts a sandbox, without placeholders for what is not there. What is there stays guarded. */
export function withoutPlaceholders(wrapped: string, folder: string): string {
  const absent = names.map(name => join(folder, name)).filter(path => !existsSync(path));
  return absent.reduce((code, path) => {
    const spellings = [path, quote(path)].map(word => ` --ro-bind /dev/null ${word} `);
    return spellings.reduce((rest, spelling) => rest.replace(spelling, ' '), code);
  }, wrapped);
}
