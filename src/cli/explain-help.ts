/** What `agent policy explain --help` says; apart, because the command line knows it without the rest. */
export const explainHelp = `Usage: agent policy explain "<command>" [options]

Says what agent would do if it wanted to run this shell command here: each part of the command, what is decided of
it, and by which rule of which file. Nothing is run. It takes the options of a run that decide this: --settings,
--setting-sources, --trust, --permission-mode, --dangerously-skip-permissions, --allowedTools, --disallowedTools.

Exit codes:
  0    it would run
  10   it would be asked about; in one-shot mode refused
  11   it would be refused
`;
