/** `agent policy explain`: what the rules of this folder say of a shell command, part by part. Runs nothing. */
import {realpathSync} from 'node:fs';
import {UsageError} from '../core/errors.js';
import {createJudge} from '../permissions/judge.js';
import type {Explanation} from '../permissions/permissions.js';
import type {ListedRule} from '../permissions/rules.js';
import {childEnvironment} from '../platform/child-environment.js';
import type {Environment} from '../platform/environment.js';
import {projectRoot} from '../platform/git.js';
import {loadSettings} from '../settings/load.js';
import {builtInFacts, freeTools} from '../tools/facts.js';
import {revealLine} from '../ui/text/reveal.js';
import type {PolicyArguments} from './policy-options.js';
import {withheldLine} from './withheld.js';

export interface ExplainOptions {
  readonly command: string;
  /** As a run would be given it. */
  readonly given: PolicyArguments;
  readonly cwd: string;
  readonly env: Environment;
}

/** Apart from 1 and 2, which say that there was no answer. */
const codes = {allow: 0, ask: 10, deny: 11} as const;

/** Gives the exit code. `note` is for what does not belong to the answer. */
export async function explain(
  {command, given, cwd: folder, env}: ExplainOptions,
  print: (line: string) => Promise<void>,
  note: (line: string) => void,
): Promise<number> {
  const cwd = realpathSync(folder);
  const loaded = await loadSettings({
    cwd,
    env,
    given: given.settings,
    sources: given.settingSources,
    trust: given.trust || undefined,
  });
  if (!loaded.ok) throw new UsageError(loaded.fault);
  const {settings} = loaded;
  const permissions = createJudge({
    cwd,
    env: childEnvironment({env, given: settings.env, folder: projectRoot(cwd)}),
    settings,
    tools: builtInFacts,
    free: freeTools,
    mode: given.dangerouslySkipPermissions ? 'bypassPermissions' : (given.permissionMode ?? null),
    allowed: given.allowedTools,
    disallowed: given.disallowedTools,
  });
  for (const line of [...settings.warnings, ...permissions.rules.warnings]) note(line);
  if (settings.withheld.length > 0) note(withheldLine(settings.withheld));
  const explanation = await permissions.explain(command);
  for (const line of linesOf(explanation, permissions.rules.list())) await print(`${line}\n`);
  return codes[explanation.verdict];
}

function linesOf({subjects, verdict, reason, mode}: Explanation, rules: readonly ListedRule[]): readonly string[] {
  const placeOf = (rule: string): string => {
    const from = rules.find(({text}) => text === rule)?.path;
    return from === undefined || from === null ? rule : `${rule} in ${from}`;
  };
  const parts = subjects.map(subject => {
    const why = subject.rule === null ? subject.reason : placeOf(subject.rule);
    return `  ${subject.verdict.padEnd(5)}  ${revealLine(subject.text)}  (${revealLine(why)})`;
  });
  return [...parts, `${verdict}: ${revealLine(reason)}${mode === 'default' ? '' : ` (mode ${mode})`}`];
}
