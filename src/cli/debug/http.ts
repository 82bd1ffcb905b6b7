/** What goes over HTTP, for whoever looks for a fault: told by Node itself, so that nothing that sends has to know of it. */
import {subscribe, unsubscribe} from 'node:diagnostics_channel';
import type {ClientRequest, IncomingMessage} from 'node:http';

interface Exchange {
  readonly request: ClientRequest;
  readonly response?: IncomingMessage;
  readonly error?: Error;
}

/** Headers of an answer that tell what a server thinks of us. */
const telling = /^(request-id|x-request-id|retry-after(-ms)?|content-type|anthropic-ratelimit-.*|cf-ray)$/;

/** Calls `write` with a line for each request, each answer's head and each failure, until the function it returns is called. */
export function watchHttp(write: (line: string) => void): () => void {
  const startedAt = new WeakMap<ClientRequest, number>();
  const after = (request: ClientRequest): string =>
    `after ${Math.round(performance.now() - (startedAt.get(request) ?? performance.now()))} ms`;
  const listeners = {
    'http.client.request.start': ({request}: Exchange): void => {
      startedAt.set(request, performance.now());
      write(`http ${nameOf(request)}`);
    },
    'http.client.response.finish': ({request, response}: Exchange): void => {
      const headers = Object.entries(response?.headers ?? {}).filter(([name]) => telling.test(name));
      const shown = headers.map(([name, value]) => `${name}=${String(value)}`);
      write([`http ${nameOf(request)} answered ${response?.statusCode} ${after(request)}`, ...shown].join(' '));
    },
    'http.client.request.error': ({request, error}: Exchange): void => {
      write(`http ${nameOf(request)} failed ${after(request)}: ${error?.message}`);
    },
  };
  const all = Object.entries(listeners).map(([channel, listen]) => {
    const onMessage = (message: unknown): void => listen(message as Exchange);
    subscribe(channel, onMessage);
    return () => void unsubscribe(channel, onMessage);
  });
  return () => {
    for (const stop of all) stop();
  };
}

/** Without what stands behind the `?`, which may hold keys. */
function nameOf({method, protocol, host, path}: ClientRequest): string {
  return `${method} ${protocol}//${host}${path.replace(/\?.*$/s, '?…')}`;
}
