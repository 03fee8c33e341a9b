import type { Sent } from '../outlet.ts';
import type { SpanRecord } from './span.ts';

export type SpanSink = {
  /** Never rejects. */
  readonly send: (spans: readonly SpanRecord[]) => Promise<Sent>;
  readonly close: () => Promise<void>;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Where traces go, by the standard variables of OpenTelemetry, else by the settings; undefined: nowhere. */
export function otlpEndpoint(env: Environment, configured: string | undefined): string | undefined {
  if (env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true') return undefined;
  if (env['OTEL_TRACES_EXPORTER']?.trim() === 'none') return undefined;
  const base = env['OTEL_EXPORTER_OTLP_ENDPOINT']?.trim() || configured;
  return (
    env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT']?.trim() ||
    (base === undefined ? undefined : `${base.replace(/\/$/, '')}/v1/traces`)
  );
}

/**
 * A collector, spoken to by OTLP over HTTP with JSON. The libraries, which take longer to load than the rest of a start, are loaded here, so
 * that a process without an endpoint never has them. Headers, certificates, timeout and compression come from the environment.
 */
export async function openOtlp(endpoint: string, version: string): Promise<SpanSink> {
  const [api, { BasicTracerProvider, AlwaysOnSampler }, { OTLPTraceExporter }, resources] = await Promise.all(
    [
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ],
  );
  const exporter = new OTLPTraceExporter({ url: endpoint });
  const { envDetector, detectResources, resourceFromAttributes } = resources;
  const resource = resourceFromAttributes({ 'service.name': 'dagtop', 'service.version': version }).merge(
    detectResources({ detectors: [envDetector] }),
  );
  // The library mints ids when a span starts; ours are derived, and one span is made at a time.
  let next = { traceId: '', spanId: '' };
  const ended: Parameters<typeof exporter.export>[0] = [];
  const provider = new BasicTracerProvider({
    resource,
    sampler: new AlwaysOnSampler(),
    idGenerator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    spanProcessors: [
      {
        onStart: () => undefined,
        onEnd: (span) => void ended.push(span),
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  });
  const tracer = provider.getTracer('dagtop', version);

  const make = (record: SpanRecord): void => {
    const of = (spanId: string) => ({ traceId: record.traceId, spanId, traceFlags: api.TraceFlags.SAMPLED });
    next = record;
    const parent =
      record.parentId === undefined
        ? api.ROOT_CONTEXT
        : api.trace.setSpanContext(api.ROOT_CONTEXT, { ...of(record.parentId), isRemote: true });
    const options = {
      startTime: hrTime(record.startMs),
      attributes: record.attributes,
      links: record.links.map((spanId) => ({ context: of(spanId) })),
    };
    const span = tracer.startSpan(record.name, options, parent);
    for (const { name, atMs, attributes } of record.events) span.addEvent(name, attributes, hrTime(atMs));
    if (record.error !== undefined) span.setStatus({ code: api.SpanStatusCode.ERROR, message: record.error });
    span.end(hrTime(record.endMs));
  };

  return {
    send: (records) => {
      for (const record of records) make(record);
      const spans = ended.splice(0);
      return new Promise((resolve) => {
        exporter.export(spans, ({ error }) => resolve(error === undefined ? { is: 'done' } : failure(error)));
      });
    },
    close: () => exporter.shutdown(),
  };
}

/** A number would be taken for the library's own monotonic clock if it were small. */
function hrTime(atMs: number): [seconds: number, nanoseconds: number] {
  return [Math.floor(atMs / 1_000), Math.round((atMs % 1_000) * 1e6)];
}

/** What a collector says it can never take is given up; all else may be a matter of time. */
function failure(error: Error): Sent {
  const status = 'code' in error ? Number(error.code) : Number.NaN;
  const isRefused = status >= 400 && status < 500 && ![401, 403, 404, 408, 429].includes(status);
  // The library does not tell which of the answers that mean "later" it got, after trying them for a while itself.
  const why = Number.isInteger(status)
    ? `the collector answers ${status}`
    : /retryable status/.test(error.message)
      ? 'the collector is busy or in trouble'
      : error.message;
  return { is: isRefused ? 'refused' : 'later', why };
}
