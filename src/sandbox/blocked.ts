/**
 * Tells a failure that the sandbox is the likely reason of from others, by what programs say of it.
 */

type Reason = 'files' | 'network';

const signs: readonly (readonly [Reason, RegExp])[] = [
  ['files', /Read-only file system|\bEROFS\b|Operation not permitted|\bEPERM\b/],
  ['network', /blocked by (?:network )?(?:allowlist|sandbox|the sandbox)|X-Proxy-Error: blocked|blocked-by-allowlist/i],
  ['network', /Could not resolve (?:host|proxy)|Temporary failure in name resolution|Name or service not known/i],
  ['network', /CONNECT tunnel failed, response 403|Tunneling socket could not be established, statusCode=403/i],
  ['network', /\bENOTFOUND\b|\bEAI_AGAIN\b|\bENETUNREACH\b|Network is unreachable|Received HTTP code 403 from proxy/],
];

const explanations: Readonly<Record<Reason, string>> = {
  files:
    'The sandbox lets commands write only in the project, in its additional directories and in $TMPDIR, and not what decides what runs later (.git/hooks, .git/config, .agent, shell start files).',
  network: 'The sandbox lets commands reach only domains that the settings allow.',
};

/** What bubblewrap says where it makes no sandbox: then nothing of the command ran. */
const isNotMade = (output: string): boolean => /^bwrap: [^\n]*\n?$/.test(output);

/** What to tell the model of a failed command's output; null if nothing speaks for the sandbox. */
export function explainFailure(output: string, mayLeave: boolean): string | null {
  if (isNotMade(output)) {
    return 'No sandbox could be made for the command, so nothing of it ran. Call it again as it is; if it fails again, tell the user.';
  }
  const found = [...new Set(signs.flatMap(([reason, sign]) => (sign.test(output) ? [reason] : [])))];
  if (found.length === 0) return null;
  const remedy = mayLeave
    ? 'If the command needs that, call it again with dangerouslyDisableSandbox: the user is asked then.'
    : 'Commands cannot leave the sandbox here: find another way, or tell the user what is needed.';
  return `This may be the sandbox's doing. ${found.map(reason => explanations[reason]).join(' ')} ${remedy}`;
}
