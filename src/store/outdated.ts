/** Which conversations go when there are to be fewer. */
import type {FoundLog} from './find.js';

export interface Bounds {
  /** Those go that were last written longer ago, in milliseconds; null: however old they are. */
  readonly age: number | null;
  /** The oldest go until all the others take no more bytes; null: however much they take. */
  readonly bytes: number | null;
}

/** @param sessions in any order. Gives the oldest first. */
export function outdated<Session extends Pick<FoundLog, 'at' | 'bytes'>>(
  sessions: readonly Session[],
  {age, bytes}: Bounds,
  now: number,
): readonly Session[] {
  const newestFirst = [...sessions].sort((one, other) => other.at - one.at);
  let kept = 0;
  const going = newestFirst.filter(session => {
    if (age !== null && now - session.at > age) return true;
    kept += session.bytes;
    return bytes !== null && kept > bytes;
  });
  return going.reverse();
}
