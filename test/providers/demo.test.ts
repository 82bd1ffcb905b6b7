import {describe, expect, it} from 'vitest';
import {Interrupted} from '../../src/core/errors.js';
import type {Clock, ModelRequest, RawMessageStreamEvent} from '../../src/core/ports.js';
import type {MessageParam} from '../../src/core/types.js';
import {demoPhrases} from '../../src/providers/demo/phrases.js';
import {createDemoModel} from '../../src/providers/demo.js';

/** A clock that does not wait and counts the pauses asked of it. */
function createQuickClock(): Clock & {readonly pauses: readonly number[]} {
  const pauses: number[] = [];
  return {
    pauses,
    now: () => 0,
    async sleep(ms, signal) {
      pauses.push(ms);
      if (signal.aborted) throw new Interrupted();
    },
  };
}

const toolNames = ['Read', 'Write', 'Edit', 'Bash', 'Grep', 'Glob', 'Agent'];
const request = (messages: readonly MessageParam[], more: Partial<ModelRequest> = {}): ModelRequest => ({
  system: 'You are a test.',
  tools: toolNames.map(name => ({name, input_schema: {type: 'object'}})),
  messages,
  maxTokens: 8_000,
  effort: null,
  toolChoice: 'auto',
  ...more,
});

const never = new AbortController().signal;

async function eventsFor(asked: ModelRequest): Promise<readonly RawMessageStreamEvent[]> {
  const events: RawMessageStreamEvent[] = [];
  for await (const event of createDemoModel({clock: createQuickClock()}).stream(asked, never)) {
    if (event.type === 'attempt_retracted' || event.type === 'retry_scheduled' || event.type === 'request_held')
      throw new Error(event.type);
    events.push(event);
  }
  return events;
}

interface Reply {
  readonly text: string;
  readonly calls: readonly {readonly id: string; readonly name: string; readonly input: unknown}[];
  readonly stopReason: string | null;
}

/** Puts a reply together from its wire events, as a client does. */
async function replyTo(asked: ModelRequest): Promise<Reply> {
  let [text, stopReason] = ['', null as string | null];
  const calls: {id: string; name: string; json: string}[] = [];
  for (const event of await eventsFor(asked)) {
    if (event.type === 'content_block_start' && event.content_block.type === 'tool_use') {
      calls.push({id: event.content_block.id, name: event.content_block.name, json: ''});
    }
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') text += event.delta.text;
    if (event.type === 'content_block_delta' && event.delta.type === 'input_json_delta') {
      const call = calls.at(-1);
      if (call) call.json += event.delta.partial_json;
    }
    if (event.type === 'message_delta') stopReason = event.delta.stop_reason;
  }
  return {text, stopReason, calls: calls.map(({id, name, json}) => ({id, name, input: JSON.parse(json)}))};
}

interface Answer {
  readonly text: string;
  readonly isError?: boolean;
}

/** The messages of a turn so far: each inner list of answers is for the calls of one reply. */
function toMessages(
  prompt: string,
  replies: readonly Reply[],
  steps: readonly (readonly Answer[])[],
): readonly MessageParam[] {
  const exchanges = steps.flatMap((answers, step): MessageParam[] => {
    const {text, calls} = replies[step] ?? {text: '', calls: []};
    expect(calls).toHaveLength(answers.length);
    return [
      {
        role: 'assistant',
        content: [{type: 'text', text}, ...calls.map(call => ({type: 'tool_use' as const, ...call}))],
      },
      {
        role: 'user',
        content: answers.map((answer, at) => ({
          type: 'tool_result' as const,
          tool_use_id: calls[at]?.id ?? '',
          content: [{type: 'text' as const, text: answer.text}],
          is_error: answer.isError === true,
        })),
      },
    ];
  });
  return [{role: 'user', content: prompt}, ...exchanges];
}

/** Plays a turn: each inner list answers the calls of one step. Gives the replies, the last one's calls unanswered. */
async function playTurn(prompt: string, ...steps: readonly (readonly Answer[])[]): Promise<readonly Reply[]> {
  const replies: Reply[] = [];
  for (let step = 0; step <= steps.length; step += 1) {
    replies.push(await replyTo(request(toMessages(prompt, replies, steps.slice(0, step)))));
  }
  return replies;
}

const callsOf = (replies: readonly Reply[]) => replies.map(({calls}) => calls.map(({name, input}) => ({name, input})));
const lastText = (replies: readonly Reply[]): string => replies.at(-1)?.text ?? '';

describe('the demo model on the wire', () => {
  it('streams a whole message in small deltas with a pause after each', async () => {
    const clock = createQuickClock();
    const types: string[] = [];
    for await (const event of createDemoModel({clock}).stream(request([{role: 'user', content: 'hello'}]), never)) {
      if (types.at(-1) !== event.type) types.push(event.type);
    }
    expect(types).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    expect(clock.pauses.length).toBeGreaterThan(20);
    expect(Math.max(...clock.pauses)).toBeLessThan(10);
  });

  it('counts four characters as a token', async () => {
    const content = 'x'.repeat(40_000);
    const start = (await eventsFor(request([{role: 'user', content}]))).find(event => event.type === 'message_start');
    expect(start?.message.usage.input_tokens).toBeGreaterThan(10_000);
    expect(start?.message.usage.input_tokens).toBeLessThan(10_300);
  });

  it('stops with an interruption when it is aborted between two deltas', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const stream = createDemoModel({clock: createQuickClock()}).stream(
      request([{role: 'user', content: 'hello'}]),
      controller.signal,
    );
    const reading = (async () => {
      for await (const event of stream) {
        seen.push(event.type);
        if (seen.length === 5) controller.abort();
      }
    })();
    await expect(reading).rejects.toBeInstanceOf(Interrupted);
    expect(seen).toHaveLength(5);
  });

  it('gives every call an id of its own', async () => {
    const [first] = await playTurn('find "x"');
    const [second] = await playTurn('find "x"');
    expect(first?.calls[0]?.id).not.toBe(second?.calls[0]?.id);
  });
});

/** What one could type, and what the model cannot do. */
const others: readonly string[] = [
  ...['', 'hello', 'please', 'read', 'find', 'run', 'look', 'explore', 'rewrite it in Rust', 'look at it'],
  ...['find out why the test hangs', 'find it', 'explore and fix the bugs', 'run the tests', 'what is a monad?'],
  ...[
    'read the docs and sum them up',
    'explain how the loop works',
    'in price.ts, change the price',
    'do not look around',
  ],
];

const everyLine = {pattern: '^', output_mode: 'count', head_limit: 0};

describe('the phrases', () => {
  it('are all it knows, and it says so to anything else', async () => {
    for (const prompt of others) {
      const {text, calls, stopReason} = await replyTo(request([{role: 'user', content: prompt}]));
      expect({prompt, calls, stopReason}).toEqual({prompt, calls: [], stopReason: 'end_turn'});
      expect(text).toContain('I only know these phrases');
      for (const {phrase} of demoPhrases) expect(text).toContain(phrase);
    }
  });

  it.each([
    ['look around this repository', 'Grep', {pattern: '^', output_mode: 'count', head_limit: 0}],
    ['Look around.', 'Grep', {pattern: '^', output_mode: 'count', head_limit: 0}],
    ['explore with three agents', 'Grep', {pattern: '^', output_mode: 'count', head_limit: 0}],
    ['Explore the repo with 2 agents.', 'Grep', {pattern: '^', output_mode: 'count', head_limit: 0}],
    ['explore src', 'Grep', {pattern: '^', output_mode: 'count', head_limit: 0, path: 'src'}],
    ['explore "my docs" with an agent', 'Grep', {pattern: '^', output_mode: 'count', head_limit: 0, path: 'my docs'}],
    ['find "a.b(c)"', 'Grep', {pattern: 'a\\.b\\(c\\)', output_mode: 'content', '-n': true}],
    ['find "say \\"hi\\"" in src', 'Grep', {pattern: 'say "hi"', output_mode: 'content', '-n': true, path: 'src'}],
    ['find “ü” in "my docs"', 'Grep', {pattern: 'ü', output_mode: 'content', '-n': true, path: 'my docs'}],
    ['read README.md', 'Read', {file_path: 'README.md'}],
    ['  read "my notes.txt"  ', 'Read', {file_path: 'my notes.txt'}],
    ['run npm test -- --watch=false', 'Bash', {command: 'npm test -- --watch=false'}],
    ['run `ls | head`', 'Bash', {command: 'ls | head'}],
    ['in src/a.ts replace "one" with "two"', 'Read', {file_path: 'src/a.ts'}],
  ])('become a first call: %s', async (prompt, name, input) => {
    expect(callsOf(await playTurn(prompt))).toEqual([[{name, input}]]);
  });

  it.each([
    ['LOOK AROUND THIS REPOSITORY', 'Grep', everyLine],
    ['look  around\nthe repo', 'Grep', everyLine],
    ['Please look around my project!', 'Grep', everyLine],
    ['could you please have a look around here, please?', 'Grep', everyLine],
    ['Hi! Can you explain this codebase?', 'Grep', everyLine],
    ['explore this repository', 'Grep', everyLine],
    ['summarise our code base', 'Grep', everyLine],
    ['What does this project do?', 'Grep', everyLine],
    ['show me around', 'Grep', everyLine],
    ['explore this project using 3 subagents please', 'Grep', everyLine],
    ['please explore the src folder', 'Grep', {...everyLine, path: 'src'}],
    ['Explore src/core.', 'Grep', {...everyLine, path: 'src/core'}],
    ['explore the directory src thoroughly', 'Grep', {...everyLine, path: 'src'}],
    ['find TODO', 'Grep', {pattern: 'TODO', output_mode: 'content', '-n': true}],
    ['Search for "price" in this repo, please', 'Grep', {pattern: 'price', output_mode: 'content', '-n': true}],
    ['look for price in the src folder.', 'Grep', {pattern: 'price', output_mode: 'content', '-n': true, path: 'src'}],
    ['Show me the file README.md.', 'Read', {file_path: 'README.md'}],
    ['open my notes.txt, thanks', 'Read', {file_path: 'notes.txt'}],
    ['please run npm test', 'Bash', {command: 'npm test'}],
    ['execute the command `ls`', 'Bash', {command: 'ls'}],
    ['run echo now please', 'Bash', {command: 'echo now please'}],
    ['Please change "one" to "two" in the file src/a.ts', 'Read', {file_path: 'src/a.ts'}],
    ['in the file src/a.ts, change "one" to "two" everywhere!', 'Read', {file_path: 'src/a.ts'}],
  ])('may be put in other words: %s', async (prompt, name, input) => {
    expect(callsOf(await playTurn(prompt))).toEqual([[{name, input}]]);
  });

  it('are found beside piped input, and a remark beside tool results starts no new turn', async () => {
    const piped: MessageParam = {
      role: 'user',
      content: [
        {type: 'text', text: 'find "x"'},
        {type: 'text', text: '<stdin>\nlog\n</stdin>'},
      ],
    };
    const [call] = (await replyTo(request([piped]))).calls;
    expect(call?.name).toBe('Grep');
    const answered = request([
      piped,
      {role: 'assistant', content: [{type: 'tool_use', id: 'a', name: 'Grep', input: {}}]},
      {
        role: 'user',
        content: [
          {type: 'tool_result', tool_use_id: 'a', content: 'src/a.ts:3:  x = 1'},
          {type: 'text', text: 'A hook says: well done.'},
        ],
      },
    ]);
    expect((await replyTo(answered)).text).toBe('“x” is in 1 line of 1 file:\n\n- `src/a.ts:3` `x = 1`');
  });

  it('end at once where the session lacks the tool, or when no tool may be called', async () => {
    const messages: MessageParam[] = [{role: 'user', content: 'run ls'}];
    const without = await replyTo(request(messages, {tools: []}));
    expect(without).toMatchObject({text: 'This needs the Bash tool, which this session does not have.', calls: []});
    expect((await replyTo(request(messages, {toolChoice: 'none'}))).calls).toEqual([]);
  });
});

describe('a plan', () => {
  it('looks around: counts, reads what the project says of itself, and sums up what came back', async () => {
    const replies = await playTurn(
      'look around this repository',
      [{text: '/w/shop/README.md:9\n/w/shop/package.json:8\n/w/shop/src/a.ts:120\n/w/shop/src/b.tsx:1300'}],
      [
        {text: '1\t# Shop\n2\t\n3\t![badge](x)\n4\t\n5\tSells things\n6\tto people.\n7\t\n8\tMore.'},
        {text: '1\t{"name": "shop", "version": "1.2.0",\n2\t "scripts": {"test": "vitest"}}'},
        {text: '/w/shop/src/a.ts:2'},
      ],
    );
    expect(callsOf(replies)[1]).toEqual([
      {name: 'Read', input: {file_path: '/w/shop/README.md'}},
      {name: 'Read', input: {file_path: '/w/shop/package.json'}},
      {name: 'Grep', input: {pattern: '\\b(TODO|FIXME)\\b', output_mode: 'count', head_limit: 0}},
    ]);
    expect(lastText(replies)).toBe(`**Shop**: Sells things to people.

| Kind | Files | Lines |
| --- | ---: | ---: |
| TypeScript | 2 | 1,420 |
| Markdown | 1 | 9 |
| JSON | 1 | 8 |

- \`package.json\`: shop 1.2.0; scripts \`test\`
- Largest: \`src/b.tsx\` (1,300 lines), \`src/a.ts\` (120 lines), \`README.md\` (9 lines)
- Notes to come back to (TODO, FIXME): 2 in 1 file`);
  });

  it('looks around a folder without README, or without anything', async () => {
    const bare = await playTurn('look around', [{text: 'main.go:10'}], [{text: 'No matches found'}]);
    expect(lastText(bare)).toContain('| Go | 1 | 10 |');
    expect(lastText(bare)).toContain('- No TODO or FIXME notes');
    expect(lastText(await playTurn('look around', [{text: 'No matches found'}]))).toContain('no text files');
  });

  it('says so when the listing it counts from was cut', async () => {
    const census = {text: 'src/a.ts:120\n\n[1 of 9 files shown. Narrow the search.]'};
    const replies = await playTurn('look around', [census], [{text: 'No matches.'}]);
    expect(lastText(replies)).toContain('\n\nI saw 1 of 9 files.\n\n');
    const slow = {text: 'a:1\n[The search was stopped after 20 s, so there may be more: search in a smaller folder.]'};
    const [, explored] = await playTurn('explore src', [slow]);
    expect(explored?.calls).toMatchObject([{name: 'Read'}]);
    const whole = await playTurn('explore src', [slow], [{text: '1\tx'}], [{text: 'No matches.'}]);
    expect(lastText(whole)).toMatch(
      /^\*\*src\*\*: 1 file, 1 line\. The search was stopped after 20 s, so there may be more\.\n/,
    );
    const much = {text: 'a:1\n[There is more than could be taken: narrow the search.]'};
    expect(lastText(await playTurn('look around', [much], [{text: 'No matches.'}]))).toContain(
      'There is more that I have not seen.',
    );
  });

  it('searches again without regard to case when it finds nothing', async () => {
    const replies = await playTurn('find "todo"', [{text: 'No matches found'}], [{text: 'a.md:7:TODO: more'}]);
    expect(callsOf(replies)[1]).toMatchObject([{name: 'Grep', input: {'-i': true}}]);
    expect(lastText(replies)).toBe('“todo” is in 1 line of 1 file:\n\n- `a.md:7` `TODO: more`');
    const nothing = await playTurn('find "todo"', [{text: 'No matches found'}], [{text: 'No matches found'}]);
    expect(lastText(nothing)).toBe('“todo” is nowhere here.');
  });

  it('looks for a file by its name when the path is wrong', async () => {
    const failed = {text: 'No such file.', isError: true};
    const one = await playTurn('read a.ts', [failed], [{text: 'src/a.ts'}], [{text: '1\texport const a = 1;'}]);
    expect(callsOf(one).slice(1, 3)).toEqual([
      [{name: 'Glob', input: {pattern: '**/a.ts'}}],
      [{name: 'Read', input: {file_path: 'src/a.ts'}}],
    ]);
    expect(lastText(one)).toBe('I read 1 line of `src/a.ts`. It begins:\n\n```ts\nexport const a = 1;\n```');
    const two = await playTurn('read a.ts', [failed], [{text: 'src/a.ts\ntest/a.ts'}]);
    expect(lastText(two)).toContain('There are several');
    const none = await playTurn('read a.ts', [failed], [{text: 'No files.'}]);
    expect(lastText(none)).toBe('I could not read `a.ts`: No such file.');
  });

  it.each(['.', './', '..', 'only/', 'only'])('says what is in a folder that is to be read: %s', async path => {
    const failed = {text: '/x/only is a folder, not a file.', isError: true};
    const empty = await playTurn(`read ${path}`, [failed], [{text: 'No files.'}]);
    expect(callsOf(empty)[1]).toEqual([{name: 'Glob', input: {pattern: '*', path}}]);
    expect(lastText(empty)).toBe(`\`${path}\` is a folder without files.`);
    const found = {text: 'only/a.ts\nonly/b.ts\n\n[2 of 9 files shown.]'};
    expect(lastText(await playTurn(`read ${path}`, [failed], [found]))).toBe(
      `\`${path}\` is a folder. Files in it and below, the newest first:\n\n- \`only/a.ts\`\n- \`only/b.ts\`\n\nI saw 2 of 9 files.`,
    );
  });

  it('claims no more of a file than what it has seen of it', async () => {
    const part = {text: '1\to\n2\to\n\n[Lines 1 to 2 of 100; go on with offset 3.]'};
    const after = {text: '1\t0\n2\t0\n\n[Lines 1 to 2 of 100; go on with offset 3.]'};
    const twice = await playTurn('in a.txt replace "o" with "0"', [part]);
    expect(lastText(twice)).toContain('is in `a.txt` at least 2 times.');
    const all = await playTurn('in a.txt replace "o" with "0" everywhere', [part], [{text: 'Edited.'}], [after]);
    expect(all[1]?.text).toBe('It is there at least 2 times; I replace it.');
    expect(lastText(all)).toMatch(/^`a.txt` is changed; in the part of it that I see:/);
  });

  it('searches everything once where that takes too long', async () => {
    const census = {text: 'src/a.ts:120\n[The search was stopped after 20 s, so there may be more.]'};
    const replies = await playTurn('look around', [census]);
    expect(replies).toHaveLength(2);
    expect(lastText(replies)).toContain('The search was stopped after 20 s, so there may be more.');
    expect(lastText(replies)).not.toContain('TODO');
  });

  it('edits: reads, edits, reads again, and shows what the readings differ in', async () => {
    const replies = await playTurn(
      'in a.txt replace "two" with "2"',
      [{text: '1\tone\n2\ttwo\n3\tthree'}],
      [{text: 'Edited.'}],
      [{text: '1\tone\n2\t2\n3\tthree'}],
    );
    expect(callsOf(replies)[1]).toEqual([
      {name: 'Edit', input: {file_path: 'a.txt', old_string: 'two', new_string: '2'}},
    ]);
    expect(lastText(replies)).toBe('`a.txt` is changed:\n\n```diff\n@@ line 1 @@\n one\n-two\n+2\n three\n```');
  });

  it('changes nothing where the text is missing, or there more than once without "everywhere"', async () => {
    const missing = await playTurn('in a.txt replace "x" with "y"', [{text: '1\tone'}]);
    expect(lastText(missing)).toContain('Nothing is changed');
    const twice = await playTurn('in a.txt replace "o" with "0"', [{text: '1\tone two'}]);
    expect(lastText(twice)).toContain('2 times. Nothing is changed');
    const everywhere = await playTurn('in a.txt replace "o" with "0" everywhere', [{text: '1\tone two'}]);
    expect(callsOf(everywhere)[1]).toMatchObject([{name: 'Edit', input: {replace_all: true}}]);
  });

  it('waits for the report of an agent in the background, and takes it from the mail', async () => {
    const census = [{text: 'src/a/x.ts:90\nsrc/b/y.ts:50\ntest/z.ts:20'}];
    const reports = [
      {text: '**src** is fine\nagentId: agent-1\n<usage>total_tokens: 5\ntool_uses: 1\nduration_ms: 9</usage>'},
      {text: 'Started in the background as agent-2. Go on.\n\nagentId: agent-2'},
    ];
    const steps = [census, reports];
    const replies = await playTurn('explore this repository with two agents', ...steps);
    expect(replies.at(-1)).toMatchObject({
      text: 'The others are back; agent-2 still works in the background, and I wait for it.',
      calls: [],
      stopReason: 'end_turn',
    });
    const mailed = await replyTo(
      request([
        ...toMessages('explore this repository with two agents', replies, steps),
        {role: 'assistant', content: lastText(replies)},
        {role: 'user', content: 'Agent agent-2 (explore: look through test) has ended: done.\n\n**test** is fine too'},
      ]),
    );
    expect(mailed.text).toContain('## src\n\n**src** is fine\n\n## test\n\n**test** is fine too');
  });

  it('says so when a call is refused or fails', async () => {
    const refused = {text: 'Edit needs permission.', isError: true};
    const edit = await playTurn('in a.txt replace "one" with "1"', [{text: '1\tone'}], [refused]);
    expect(lastText(edit)).toBe('The edit was not made: Edit needs permission.');
    const no = 'The user does not want this call. Do not repeat it; ask what to do instead, or go on without it.';
    const unwanted = await playTurn('in a.txt replace "one" with "1"', [{text: '1\tone'}], [{text: no, isError: true}]);
    expect(lastText(unwanted)).toBe('The edit was not made: you said no.');
    const reason = {text: 'The user does not want this call, and says: not\nnow', isError: true};
    expect(lastText(await playTurn('run ls', [reason]))).toBe('I did not run it: you said no: not\nnow');
    const run = await playTurn('run false', [{text: 'Exit code 1', isError: true}]);
    expect(lastText(run)).toBe('It did not succeed:\n\n```\nExit code 1\n```');
    const long = `${'x\n'.repeat(30)}[… cut here: 200,000 lines, 1,288,895 bytes in all …]\n${'y\n'.repeat(30)}`;
    expect(lastText(await playTurn('run seq 200000', [{text: long}]))).toContain(
      '(the last 20 lines of what the tool says, of 200,000 lines, 1,288,895 bytes)',
    );
  });
});
