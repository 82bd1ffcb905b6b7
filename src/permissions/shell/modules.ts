/**
 * Modules that come with Python and only read: `python3 -m json.tool`. Python looks for all that they import in the folder where it
 * stands first, so nothing there may bear the name of a module of its own.
 */
import {describeOptions, readWords} from './options.js';
import type {Scope} from './scope.js';
import {type Field, isKnown, type Judging} from './types.js';
import type {Use} from './use.js';

const own = new Set(
  (
    'abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 cProfile ' +
    'calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys compileall compression concurrent configparser contextlib ' +
    'contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ' +
    'ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext ' +
    'glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword ' +
    'lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc ' +
    'nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil ' +
    'platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri ' +
    'random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site sitecustomize ' +
    'smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep ' +
    'struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time ' +
    'timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib ' +
    'usercustomize uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib ' +
    'zoneinfo'
  ).split(' '),
);

const jsonTool = describeOptions('--sort-keys --json-lines --no-ensure-ascii --indent# --tab --no-indent --compact');

/** Null: it runs something else, or something in the folder may be taken for a module. */
export function readsOfModule(program: string, words: readonly Field[], scope: Scope, judging: Judging): Use | null {
  const [option, module, ...rest] = words.slice(1);
  if (!/^python3?$/.test(program) || option?.text !== '-m' || module?.text !== 'json.tool') return null;
  const read = readWords(rest, jsonTool);
  // A second file would be written.
  if (read === null || read.operands.length > 1 || !read.operands.every(isKnown)) return null;
  return mayShadow(scope, judging) ? null : {reads: read.operands, writes: []};
}

function mayShadow({folders}: Scope, {context, links}: Judging): boolean {
  const [folder, other] = folders ?? [];
  if (folder === undefined || other !== undefined || !links.isSettled('written')) return true;
  const names = context.glob?.('*', folder);
  return names === undefined || names.some(name => isModule(name, folder, context));
}

/** Whether `import` would find it: a file with code, or a folder with an `__init__`. */
function isModule(name: string, folder: string, {glob}: Judging['context']): boolean {
  const [stem = '', ...endings] = name.split('.');
  if (!own.has(stem) && !stem.startsWith('_')) return false;
  return endings.length > 0
    ? /^(?:pyc?|so|pyd|dylib|dll)$/.test(endings.at(-1) ?? '')
    : glob?.(`${name}/__init__*`, folder)?.length !== 0;
}
