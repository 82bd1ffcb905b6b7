/** A collector of OpenTelemetry on 127.0.0.1: what came to it, over real HTTP. */
import {once} from 'node:events';
import {createServer, type IncomingHttpHeaders} from 'node:http';
import {gunzipSync} from 'node:zlib';
import {onTestFinished} from 'vitest';

export interface Export {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

export interface CollectedSpan {
  readonly name: string;
  readonly kind: number;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceId: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly string[];
  readonly isError: boolean;
}

export interface CollectedPoint {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Of a counter its value, of a histogram the sum. */
  readonly value: number;
  readonly count: number;
}

export interface Collector {
  readonly url: string;
  readonly exports: readonly Export[];
  /** All that came as JSON. */
  spans(): readonly CollectedSpan[];
  points(): readonly CollectedPoint[];
}

/** @param status gives what each export is answered with; null: nothing, ever. */
export async function startCollector(status: (index: number) => number | null = () => 200): Promise<Collector> {
  const exports: Export[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    exports.push({path: request.url ?? '', headers: request.headers, bytes});
    const code = status(exports.length - 1);
    if (code !== null) response.writeHead(code, {'content-type': 'application/json'}).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const taken = (path: string) => exports.filter((each, index) => each.path.endsWith(path) && status(index) === 200);
  return {
    url: `http://127.0.0.1:${port}`,
    exports,
    spans: () => taken('/v1/traces').flatMap(({bytes}) => spansIn(JSON.parse(bytes.toString()))),
    points: () => taken('/v1/metrics').flatMap(({bytes}) => pointsIn(JSON.parse(bytes.toString()))),
  };
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const plain = (value: Readonly<Record<string, unknown>>): unknown => {
  const [[kind, inner] = []] = Object.entries(value);
  if (kind === 'intValue') return Number(inner);
  if (kind !== 'arrayValue') return inner;
  return (inner as {values: Readonly<Record<string, unknown>>[]}).values.map(plain);
};

const toRecord = (attributes: readonly Attribute[] = []): Readonly<Record<string, unknown>> =>
  Object.fromEntries(attributes.map(({key, value}) => [key, plain(value)]));

interface WireSpan {
  readonly name: string;
  readonly kind: number;
  readonly spanId: string;
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly Attribute[];
  readonly events?: readonly {readonly name: string}[];
  readonly status?: {readonly code?: number};
}

interface WireTraces {
  readonly resourceSpans: readonly {readonly scopeSpans: readonly {readonly spans: readonly WireSpan[]}[]}[];
}

function spansIn({resourceSpans}: WireTraces): readonly CollectedSpan[] {
  const spans = resourceSpans.flatMap(({scopeSpans}) => scopeSpans.flatMap(each => each.spans));
  return spans.map(({startTimeUnixNano, endTimeUnixNano, attributes, events = [], status, ...span}) => ({
    ...span,
    parentSpanId: span.parentSpanId ?? '',
    start: BigInt(startTimeUnixNano),
    end: BigInt(endTimeUnixNano),
    attributes: toRecord(attributes),
    events: events.map(({name}) => name),
    isError: status?.code === 2,
  }));
}

interface WirePoint {
  readonly attributes?: readonly Attribute[];
  readonly sum?: number;
  readonly count?: number | string;
  readonly asDouble?: number;
  readonly asInt?: number | string;
}

interface WireMetric {
  readonly name: string;
  readonly unit: string;
  readonly histogram?: {readonly dataPoints: readonly WirePoint[]};
  readonly sum?: {readonly dataPoints: readonly WirePoint[]};
}

interface WireMetrics {
  readonly resourceMetrics: readonly {readonly scopeMetrics: readonly {readonly metrics: readonly WireMetric[]}[]}[];
}

function pointsIn({resourceMetrics}: WireMetrics): readonly CollectedPoint[] {
  const metrics = resourceMetrics.flatMap(({scopeMetrics}) => scopeMetrics.flatMap(each => each.metrics));
  return metrics.flatMap(({name, unit, histogram, sum}) =>
    ((histogram ?? sum)?.dataPoints ?? []).map(point => ({
      ...{name, unit, attributes: toRecord(point.attributes)},
      value: point.sum ?? point.asDouble ?? Number(point.asInt),
      count: Number(point.count ?? 1),
    })),
  );
}
