/** Where conversations are kept: a folder for each project, in it a log for each session, and beside that one for each agent of it. */
import {join} from 'node:path';

/** Names of files are at most 255 bytes; of a long path its end tells more than its beginning. */
const longestName = 200;

/** @param root the folder that is worked in. Two folders may have one place: what is kept there says which it is of. */
export function projectPlace(home: string, root: string): string {
  const name = root.replace(/[^A-Za-z0-9]+/g, '-').slice(-longestName);
  return join(sessionsFolder(home), name);
}

/** Of lines for whoever looks for a fault: they hold what was said as well. */
export const debugFolder = (home: string): string => join(home, 'debug');

/** Of all projects. */
export const sessionsFolder = (home: string): string => join(home, 'sessions');

export const logEnding = '.jsonl';

export const logPath = (place: string, sessionId: string): string => join(place, sessionId + logEnding);

/** Where all lies that is kept of a session and is not its log. */
export const besidePath = (place: string, sessionId: string): string => join(place, sessionId);

export const agentLogsFolder = (place: string, sessionId: string): string =>
  join(besidePath(place, sessionId), 'agents');

export const agentLogPath = (place: string, sessionId: string, agentId: string): string =>
  join(agentLogsFolder(place, sessionId), agentId + logEnding);

/** Of what the session's agents changed. */
export const changedFilesFolder = (place: string, sessionId: string): string => join(place, sessionId, 'files');

export const lockPath = (place: string, sessionId: string): string => join(place, `${sessionId}.lock`);

/** What may be the name of a file, and of nothing outside its folder. */
export const isSessionId = (text: string): boolean => /^[A-Za-z0-9][\w-]{0,99}$/.test(text);
