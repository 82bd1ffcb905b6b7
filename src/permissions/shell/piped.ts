/**
 * What a command hands on through a pipe, as far as its words show: `echo … | sh` and `cat <<EOF | sh` run what is written there.
 */
import type {CommandNode} from 'unbash';
import type {Input} from './types.js';

/** Never certain: only what is denied in it counts. */
export function outputOf(node: CommandNode): Input {
  if (node.type !== 'Command') return null;
  const document = node.redirects.find(redirection => redirection.type === 'HereDoc');
  if (document?.type === 'HereDoc') return {text: document.body.text, certain: false};
  if (!/^(?:echo|printf)$/.test(node.name?.value ?? '')) return null;
  const words = node.suffix.flatMap(each =>
    each.type === 'Word' && !/^-[neE]+$/.test(each.value) ? [each.value] : [],
  );
  // Both ways in which the words may be put together.
  return {text: `${words.join(' ')}\n${words.join('\n')}`.replaceAll('\\n', '\n'), certain: false};
}
