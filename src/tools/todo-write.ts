/** TodoWrite: the steps of a task as the agent plans them and the person follows them. */
import {defineTool} from '../core/tool.js';
import {facts} from './facts.js';
import {about, group, list, nonEmptyText, oneOf, optional, parameters} from './parameters.js';

const description =
  'Shows the user the steps of a task of three or more, and where you are. Give the whole list each time: one step in_progress while you work on it, completed once it is done and checked.';

export const todoWriteTool = defineTool({
  ...facts.todoWrite,
  description,
  input: parameters({
    todos: list(
      group({
        content: nonEmptyText(),
        status: oneOf(['pending', 'in_progress', 'completed']),
        activeForm: optional(about(nonEmptyText(), 'While it is done: "Running the tests"')),
      }),
    ),
  }),
  title({todos}) {
    const current = todos.find(({status}) => status === 'in_progress');
    return current?.activeForm ?? current?.content ?? '';
  },
  async run({todos}, {state}) {
    state.set(todos);
    const summary = `${todos.filter(({status}) => status === 'completed').length} of ${todos.length} done`;
    return {content: `The list is shown: ${summary}.`, display: {summary}};
  },
});
