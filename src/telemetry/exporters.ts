/**
 * What carries spans and metrics to a collector, over OpenTelemetry's own packages. Whatever becomes of that, nobody waits
 * for it longer than he said, and a collector that does not take it is told of once.
 */
import type {Meter, Tracer} from '@opentelemetry/api';
import type {ExportResult} from '@opentelemetry/core';
import {
  type ISerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import {resourceFromAttributes} from '@opentelemetry/resources';
import {MeterProvider, PeriodicExportingMetricReader} from '@opentelemetry/sdk-metrics';
import {BatchSpanProcessor, TracerProvider} from '@opentelemetry/sdk-trace';
import {createSend, type Send} from './sender.js';
import type {TelemetryWish} from './wish.js';

export interface Exporters {
  /** Null where none are sent. */
  readonly tracer: Tracer | null;
  readonly meter: Meter | null;
  /** Sends what is left, for so long at most. Rejects never. */
  close(mostMs: number): Promise<void>;
}

const hopelessMs = 200;

/** What names the origin of spans and metrics in the collector. */
const scope = 'agent-runtime';

/** @param onFault is told once, in a line for the person, when something could not be sent. */
export function openExporters(
  {destinations: {traces, metrics}, resource: attributes, metricIntervalMs}: TelemetryWish,
  onFault: (line: string) => void,
): Exporters {
  const closing = new AbortController();
  const resource = resourceFromAttributes(attributes);
  let isTold = false;
  const fault = (line: string): void => {
    if (!isTold) onFault(`Telemetry is not sent: ${line}`);
    isTold = true;
  };
  const tracing =
    traces &&
    new TracerProvider({
      resource,
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: toExporter(
            traces.protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer,
            createSend(traces, closing.signal),
            fault,
          ),
        }),
      ],
    });
  const metering =
    metrics &&
    new MeterProvider({
      resource,
      readers: [
        new PeriodicExportingMetricReader({
          exporter: toExporter(
            metrics.protocol === 'http/json' ? JsonMetricsSerializer : ProtobufMetricsSerializer,
            createSend(metrics, closing.signal),
            fault,
          ),
          exportIntervalMillis: metricIntervalMs,
          exportTimeoutMillis: Math.min(metricIntervalMs, metrics.timeoutMs),
        }),
      ],
    });
  return {
    tracer: tracing?.getTracer(scope) ?? null,
    meter: metering?.getMeter(scope) ?? null,
    async close(mostMs) {
      // What was not reached before is not waited for long.
      const boundMs = isTold ? Math.min(mostMs, hopelessMs) : mostMs;
      const all = Promise.allSettled([tracing?.shutdown(), metering?.shutdown()]);
      let timer: NodeJS.Timeout | undefined;
      const bound = new Promise<void>(resolve => {
        timer = setTimeout(resolve, boundMs);
      });
      await Promise.race([all, bound]);
      clearTimeout(timer);
      // Ends what is still under way, which says so.
      closing.abort();
      await all;
    },
  };
}

/** An exporter of either kind. Its failures are ours to tell, so to its caller it has none. */
function toExporter<Data>(serializer: ISerializer<Data, unknown>, send: Send, fault: (line: string) => void) {
  const underway = new Set<Promise<void>>();
  const settled = async (): Promise<void> => void (await Promise.allSettled(underway));
  return {
    export(data: Data, done: (result: ExportResult) => void) {
      const body = serializer.serializeRequest(data);
      const sent = (body === undefined ? Promise.resolve() : send(body))
        .catch(error => fault(error instanceof Error ? error.message : String(error)))
        .finally(() => underway.delete(sent));
      underway.add(sent);
      void sent.then(() => done({code: 0}));
    },
    forceFlush: settled,
    shutdown: settled,
  };
}
