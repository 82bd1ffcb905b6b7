/**
 * Who answers a question: a person or a hook, whoever does first. The other is then asked no more.
 */
import {createScope, race, whenAborted} from './cancel.js';
import type {HookOutcome, PermissionRequest, Permissions, Verdict} from './policy.js';

/** A hook that allows may say what is to run instead. */
export type Answer = Verdict & {readonly updatedInput?: unknown};

interface Answerers {
  readonly permissions: Pick<Permissions, 'ask'>;
  /** What hooks say to it; null if none listens, and then the question is the person's alone. */
  readonly hear: ((signal: AbortSignal) => Promise<HookOutcome | null>) | null;
  /** A rule wants it asked: hooks may refuse, but only a person may allow. */
  readonly isDemanded: boolean;
}

/** Rejects with `Interrupted` when `signal` aborts. */
export async function ask(
  request: PermissionRequest,
  {permissions, hear, isDemanded}: Answerers,
  signal: AbortSignal,
): Promise<Answer> {
  if (!hear) return race(permissions.ask(request, signal), signal);
  const open = createScope();
  const leave = whenAborted(signal, open.abort);
  // The question is open before hooks are asked: whoever is told of it by them finds it there.
  const person = permissions.ask(request, open.signal);
  const hook = hear(open.signal).then(said => toAnswer(said, isDemanded) ?? person);
  try {
    return await race(Promise.race([person, hook]), signal);
  } finally {
    leave();
    open.abort();
  }
}

/** Null: they leave it to the person. */
function toAnswer(said: HookOutcome | null, isDemanded: boolean): Answer | null {
  switch (said?.decision) {
    case 'allow':
      if (isDemanded) return null;
      return {verdict: 'allow', ...(said.updatedInput !== undefined && {updatedInput: said.updatedInput})};
    case 'deny':
      return {verdict: 'deny', message: said.reason};
    default:
      return null;
  }
}
