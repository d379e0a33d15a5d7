import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { METRICS, metricLine, phaseLine, sinceArrivalLine } from './metrics.ts';

const AT = Date.parse('2026-11-21T03:00:07.250Z');

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html, its schema as zod reads it. */
const directive = z.strictObject({
  Namespace: z.string().min(1).max(1_024),
  Dimensions: z.array(z.array(z.string().min(1).max(250)).min(1).max(30)).min(1),
  Metrics: z.array(
    z.strictObject({
      Name: z.string().min(1).max(1_024),
      Unit: z.enum(['Seconds', 'Milliseconds', 'Count', 'None', 'Bytes', 'Percent']),
    }),
  ),
});
const line = z.looseObject({
  _aws: z.strictObject({ Timestamp: z.int(), CloudWatchMetrics: z.array(directive) }),
});

describe('a line that CloudWatch takes a metric from', () => {
  it.each(Object.keys(METRICS) as readonly (keyof typeof METRICS)[])(
    'for %s is of the documented form, and has each member that it points at',
    (name) => {
      const made = metricLine({ name, of: 'something', value: 3 }, AT);
      const read = line.parse(JSON.parse(JSON.stringify(made)));
      const targets = read._aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) => [
        ...Dimensions.flat(),
        ...Metrics.map(({ Name }) => Name),
      ]);
      expect(Object.keys(read).toSorted()).toEqual(['_aws', ...targets].toSorted());
      expect(read[name]).toBe(3);
    },
  );

  it('counts a phase by its kind', () => {
    expect(phaseLine('incident-opened', AT)).toMatchObject({ Kind: 'incident-opened', Phases: 1 });
  });

  it('says in seconds how long it took since the finding arrived, by Region', () => {
    const incident = { arrivedAt: '2026-11-21T03:00:00.000Z', region: 'eu-central-1' };
    expect(sinceArrivalLine('SecondsToContained', incident, AT)).toMatchObject({
      Region: 'eu-central-1',
      SecondsToContained: 7.25,
      _aws: { Timestamp: AT },
    });
  });
});
