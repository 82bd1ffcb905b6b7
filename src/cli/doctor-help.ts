/** What `agent doctor --help` says; apart, because the command line knows it without the doctor. */
export const doctorHelp = `Usage: agent doctor [--run-hooks]

Says what agent finds: Node, its home, ripgrep, settings files, a key, a sandbox; and what in settings, rules and files of
agents has no effect. Runs a hook of agent's own to prove that
hooks are heard, and looks whether the programs of yours are there. Exit code 1 if something is amiss.

  --run-hooks   runs your hooks too, as if they were asked about a Bash call of \`true\`, with session_id "canary"
`;
