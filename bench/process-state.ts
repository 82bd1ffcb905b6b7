/**
 * What a running process has used so far, asked from outside: /proc on Linux, `ps` elsewhere. Resolution: 10 ms.
 */
import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';

const isLinux = process.platform === 'linux';
const ticksPerSecond = isLinux ? Number(execFileSync('getconf', ['CLK_TCK'], {encoding: 'utf8'})) : 0;

const ps = (pid: number, field: string): string =>
  execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], {encoding: 'utf8'}).trim();

/** Milliseconds of CPU, user and system; on Linux with the children it has waited for. */
export function cpuMs(pid: number): number {
  if (isLinux) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything: user and system time are fields 14 and 15, the children's 16 and 17.
    const ticks = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 15)
      .map(Number);
    return (ticks.reduce((sum, tick) => sum + tick, 0) * 1000) / ticksPerSecond;
  }
  // [hours:]minutes:seconds.hundredths
  return (
    ps(pid, 'time')
      .split(':')
      .reduce((sum, part) => sum * 60 + Number(part), 0) * 1000
  );
}

/** Resident megabytes now. */
export function residentMegabytes(pid: number): number {
  const kilobytes = isLinux ? /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] : ps(pid, 'rss');
  return Number(kilobytes) / 1024;
}
