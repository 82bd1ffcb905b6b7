/** Figures as a person reads them: durations, tokens, dollars. Never more digits than mean something. */

/** `0.8 s` under ten seconds where `exact`, else `12 s`, `3 min 4 s`, `1 h 2 min`. */
export function duration(milliseconds: number, exact = false): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (exact && seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = exact ? Math.round(seconds) : Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long ago something was, in the largest unit of which there is one: `now`, `5 min`, `3 h`, `2 days`, `4 months`. */
export function age(milliseconds: number): string {
  const minutes = Math.floor(Math.max(0, milliseconds) / 60_000);
  if (minutes < 1) return 'now';
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h`;
  const days = Math.floor(minutes / (24 * 60));
  if (days < 60) return plural(days, 'day');
  return days < 730 ? `${Math.floor(days / 30)} months` : `${Math.floor(days / 365)} years`;
}

/** `940 B`, `9.4 kB`, `31 kB`, `1.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const at = Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3) - 1);
  const value = bytes / 1_000 ** (at + 1);
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[at]}`;
}

/** A duration from a minute on where there is little room: `1:04`, `1:02:04`. */
export function clockTime(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const digits = (value: number): string => String(value).padStart(2, '0');
  return `${hours > 0 ? `${hours}:${digits(minutes)}` : minutes}:${digits(seconds % 60)}`;
}

/** `940`, `9.4k`, `31k`, `1.2M`. */
export function count(tokens: number): string {
  if (tokens < 1_000) return String(Math.round(tokens));
  if (tokens < 9_950) return `${(tokens / 1_000).toFixed(1)}k`;
  if (tokens < 999_500) return `${Math.round(tokens / 1_000)}k`;
  return `${(tokens / 1_000_000).toFixed(1)}M`;
}

/** `~9.4k` where part of it is an estimate. */
export function countRoughly(tokens: number, isEstimate: boolean): string {
  return `${isEstimate ? '~' : ''}${count(tokens)}`;
}

/** Dollars to the cent, under a cent to its tenth; an unknown price is never shown as a sum. */
export function cost(dollars: number | null): string {
  if (dollars === null) return 'cost unknown';
  return dollars > 0 && dollars < 0.00995 ? `$${Math.max(0.001, dollars).toFixed(3)}` : `$${dollars.toFixed(2)}`;
}

export function plural(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

/** `1st`, `2nd`, `3rd`, `4th` … */
export function ordinal(value: number): string {
  const tens = value % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th');
  return `${value}${suffix}`;
}
