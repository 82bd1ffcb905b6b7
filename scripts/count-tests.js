// Prints "N passed, N failed" from vitest's JSON report, and exits with 1 if anything failed. A test file that could
// not be loaded counts as one failure, and so does a run that failed without naming a test or left no report.
import {readFileSync} from 'node:fs';

const [path, code] = process.argv.slice(2);

function readReport() {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {numPassedTests: 0, numFailedTests: 0, testResults: []};
  }
}

const {numPassedTests, numFailedTests, testResults} = readReport();
const unloaded = testResults.filter(
  ({status, assertionResults}) => status === 'failed' && assertionResults.every(test => test.status !== 'failed'),
);
const named = numFailedTests + unloaded.length;
const failed = named === 0 && code !== '0' ? 1 : named;
console.log(`${numPassedTests} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
