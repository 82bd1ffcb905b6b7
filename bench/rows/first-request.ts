/** What the first request of a session weighs: system prompt, tools and a short prompt. Every user pays it in every session. */
import {agentCommand, type Row} from '../bench.js';
import {run} from '../command.js';
import {kilobytes} from '../figure.js';
import {withServer} from '../served.js';

export const firstRequestRow: Row = {
  name: 'first-request',
  measure: bench =>
    withServer({kind: 'short'}, async ({url, requestBytes}) => {
      await run(agentCommand(bench, ['-p', 'hello'], url));
      const [first] = requestBytes;
      if (first === undefined) throw new Error('no request arrived');
      const work = "first request's body, tools and system prompt included";
      return [
        {name: 'first-request.body', work, unit: kilobytes, samples: [{value: first / 1000}], limit: {value: 14}},
      ];
    }),
};
