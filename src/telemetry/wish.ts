/**
 * What is asked of telemetry, by the variables that OpenTelemetry has for it. Cheap, because every start asks: what sends
 * anything is loaded only where there is a wish.
 */
import type {Environment} from '../platform/environment.js';

export const signals = ['traces', 'metrics'] as const;
export type Signal = (typeof signals)[number];

/** Where one signal goes, and how. */
export interface Destination {
  readonly url: string;
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly headers: Readonly<Record<string, string>>;
  /** Of one export. Milliseconds. */
  readonly timeoutMs: number;
  readonly compression: 'none' | 'gzip';
}

/** As W3C's trace context names it. */
export interface ParentSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** 1: it is recorded. Of a trace that nobody records, nothing is sent. */
  readonly traceFlags: number;
}

export interface TelemetryWish {
  readonly destinations: Readonly<Partial<Record<Signal, Destination>>>;
  /** What is said of the program with all that is sent. */
  readonly resource: Readonly<Record<string, string>>;
  /** Milliseconds between two exports of metrics. */
  readonly metricIntervalMs: number;
  /** Whether what is said and read is sent, too. */
  readonly withContent: boolean;
  /** The span of whoever started the program, which the session stands below; null for none. */
  readonly parent: ParentSpan | null;
  /** Lines for the person: what of the wish cannot be had. */
  readonly warnings: readonly string[];
}

const prefix = 'OTEL_EXPORTER_OTLP';
const localCollector = 'http://localhost:4318';
const standardTimeoutMs = 10_000;
const standardIntervalMs = 60_000;

/** Null where nothing is asked for: no endpoint and no exporter is named, or all of it is switched off. */
export function telemetryWish(env: Environment): TelemetryWish | null {
  if (isTrue(env.OTEL_SDK_DISABLED)) return null;
  const warnings: string[] = [];
  const destinations: Partial<Record<Signal, Destination>> = {};
  for (const signal of signals) {
    const destination = isWanted(env, signal, warnings) ? destinationOf(env, signal, warnings) : null;
    if (destination !== null) destinations[signal] = destination;
  }
  if (Object.keys(destinations).length === 0 && warnings.length === 0) return null;
  return {
    destinations,
    resource: {...pairs(env.OTEL_RESOURCE_ATTRIBUTES), 'service.name': serviceName(env)},
    metricIntervalMs: milliseconds(env.OTEL_METRIC_EXPORT_INTERVAL, standardIntervalMs),
    withContent: capturesContent(env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT),
    parent: parentIn(env.TRACEPARENT),
    warnings,
  };
}

/** `OTEL_EXPORTER_OTLP_TRACES_HEADERS` goes before `OTEL_EXPORTER_OTLP_HEADERS`. */
function specific(env: Environment, signal: Signal, name: string): string | undefined {
  return env[`${prefix}_${signal.toUpperCase()}_${name}`] || env[`${prefix}_${name}`] || undefined;
}

function isWanted(env: Environment, signal: Signal, warnings: string[]): boolean {
  const variable = `OTEL_${signal.toUpperCase()}_EXPORTER`;
  const exporters = (env[variable] ?? '').split(',').flatMap(name => name.trim().toLowerCase() || []);
  if (exporters.length === 0) return specific(env, signal, 'ENDPOINT') !== undefined;
  const unknown = exporters.filter(name => name !== 'otlp' && name !== 'none');
  if (unknown.length > 0) warnings.push(`${variable}: "${unknown.join(', ')}" is not known here; otlp and none are.`);
  return exporters.includes('otlp');
}

function destinationOf(env: Environment, signal: Signal, warnings: string[]): Destination | null {
  const protocol = specific(env, signal, 'PROTOCOL') ?? 'http/protobuf';
  if (protocol !== 'http/protobuf' && protocol !== 'http/json') {
    const hint = 'Set http/protobuf or http/json, and the port that the collector has for those (4318).';
    warnings.push(`No ${signal} are sent: the OTLP protocol "${protocol}" is not known here. ${hint}`);
    return null;
  }
  const url = urlOf(env, signal);
  if (url === null) {
    warnings.push(`No ${signal} are sent: "${specific(env, signal, 'ENDPOINT')}" is no http or https address.`);
    return null;
  }
  return {
    url,
    protocol,
    headers: {...pairs(env[`${prefix}_HEADERS`]), ...pairs(env[`${prefix}_${signal.toUpperCase()}_HEADERS`])},
    timeoutMs: milliseconds(specific(env, signal, 'TIMEOUT'), standardTimeoutMs),
    compression: specific(env, signal, 'COMPRESSION') === 'gzip' ? 'gzip' : 'none',
  };
}

/** The endpoint of a signal is its whole address; the one for all gets the signal's path. */
function urlOf(env: Environment, signal: Signal): string | null {
  const own = env[`${prefix}_${signal.toUpperCase()}_ENDPOINT`];
  const base = env[`${prefix}_ENDPOINT`] || localCollector;
  const text = own || `${base.replace(/\/$/, '')}/v1/${signal}`;
  const url = parse(text);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url.href : null;
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** What is no span of that form, or of zeros, is none. */
function parentIn(text = ''): ParentSpan | null {
  const [, traceId = '', spanId = '', flags = ''] =
    /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text.trim()) ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId)) return null;
  return {traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1};
}

const isTrue = (value: string | undefined): boolean => value?.trim().toLowerCase() === 'true';

/** The values of the conventions' first form, and of the later one, of which those with spans count here. */
function capturesContent(value: string | undefined): boolean {
  return isTrue(value) || ['span_only', 'span_and_event'].includes(value?.trim().toLowerCase() ?? '');
}

function serviceName(env: Environment): string {
  return env.OTEL_SERVICE_NAME || pairs(env.OTEL_RESOURCE_ATTRIBUTES)['service.name'] || 'agent';
}

function milliseconds(value: string | undefined, standard: number): number {
  const number = Number(value);
  return value !== undefined && Number.isFinite(number) && number > 0 ? number : standard;
}

/** `a=1,b=2`, each part percent-encoded where it must be. */
function pairs(text = ''): Readonly<Record<string, string>> {
  return Object.fromEntries(
    text.split(',').flatMap(part => {
      const at = part.indexOf('=');
      const name = decoded(part.slice(0, Math.max(0, at)).trim());
      return name === '' ? [] : [[name, decoded(part.slice(at + 1).trim())]];
    }),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
