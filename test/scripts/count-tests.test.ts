/** The last line of `.ci/run`: what the report of a test run comes to, also where there is none. */
import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, it} from 'vitest';
import {createFolder} from '../support/folder.js';

const script = fileURLToPath(new URL('../../scripts/count-tests.js', import.meta.url));

/** What it says of a report, after a run that ended with this code. */
function count(report: unknown, code: number) {
  const path = join(createFolder(), 'report.json');
  if (report !== undefined) writeFileSync(path, typeof report === 'string' ? report : JSON.stringify(report));
  const {status, stdout, stderr} = spawnSync(process.execPath, [script, path, String(code)], {encoding: 'utf8'});
  return {status, stdout, stderr};
}

const file = (status: 'passed' | 'failed', ...tests: readonly string[]) => ({
  status,
  assertionResults: tests.map(each => ({status: each})),
});

it('is the sum of the tests, and a failure fails', () => {
  const passed = {numPassedTests: 3, numFailedTests: 0, testResults: [file('passed', 'passed', 'passed', 'passed')]};
  expect(count(passed, 0)).toEqual({status: 0, stdout: '3 passed, 0 failed\n', stderr: ''});
  const failed = {numPassedTests: 1, numFailedTests: 2, testResults: [file('failed', 'passed', 'failed', 'failed')]};
  expect(count(failed, 1)).toEqual({status: 1, stdout: '1 passed, 2 failed\n', stderr: ''});
});

it('counts a file that could not be loaded as one failure, beside those that were', () => {
  const report = {
    numPassedTests: 1,
    numFailedTests: 1,
    testResults: [file('failed', 'passed', 'failed'), file('failed'), file('failed')],
  };
  expect(count(report, 1)).toMatchObject({status: 1, stdout: '1 passed, 3 failed\n'});
});

it('counts a run that failed without naming a test, or left no report, as one failure', () => {
  const passed = {numPassedTests: 3, numFailedTests: 0, testResults: []};
  expect(count(passed, 1)).toMatchObject({status: 1, stdout: '3 passed, 1 failed\n'});
  for (const report of [undefined, '{"numPassed'])
    expect(count(report, 1)).toEqual({status: 1, stdout: '0 passed, 1 failed\n', stderr: ''});
});
