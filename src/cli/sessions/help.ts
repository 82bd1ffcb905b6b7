/** What `agent sessions --help` says; apart, because the command line knows it without the rest. */
export const sessionVerbs = ['list', 'show', 'export', 'delete', 'prune'] as const;
export type SessionVerb = (typeof sessionVerbs)[number];

export const sessionsHelp = `Usage: agent sessions <command> [options]

Looks at the conversations that are kept, and deletes them. Nothing of it is sent to a model.

  list                   the conversations of this folder, the newest first
  show <id>              one as text, with that of its agents
  export <id> [file]     one as a file: conversation-<id>.md, or what you name
  delete <id> …          with all that is kept of them; one that a program has open stays
  prune                  deletes old ones: give --older-than, --max-size, or both

An id may be the beginning of one; to delete, at least eight characters of it.

Options:
  --all                  of all folders (list, prune)
  --json                 as JSON (list, show)
  --format <format>      markdown, html, json; else as the file's name ends (export)
  --force                replaces a file that is there (export)
  --older-than <age>     those that were last written longer ago: 12h, 30d, 8w (prune)
  --max-size <size>      the oldest, until the others take no more: 500MB, 2GB (prune)
  --dry-run              only says what would be deleted (prune)
`;
