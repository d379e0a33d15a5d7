import type { PhaseEvent } from './workflow/phase-event.ts';

/** Namespace of what is measured of incidents, in the home Region of the security account. */
export const METRICS_NAMESPACE = 'Cordon';

/** What is measured, each in CloudWatch's word for its unit and by the one dimension that it has. */
export const METRICS = {
  /** Phase events, by their kind: each is one that `docs/events.md` lists. */
  Phases: { unit: 'Count', dimension: 'Kind' },
  /** Accounts times Regions by how they stand: `protected`, `partly`, `not`, and `late`, which are among the last two. */
  Coverage: { unit: 'Count', dimension: 'Verdict' },
  /** From a finding's arrival to the read-back by which its instance is contained, by the instance's Region. */
  SecondsToContained: { unit: 'Seconds', dimension: 'Region' },
  /** From a finding's arrival to the seal of its incident, by the instance's Region. */
  SecondsToSealed: { unit: 'Seconds', dimension: 'Region' },
} as const;

/** Its name. */
export type MetricName = keyof typeof METRICS;

/**
 * One line of a function's log from which CloudWatch takes a metric: it needs no right and no call, and is read at least once, so that a sum may
 * count a thing twice.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param of what is measured, what it is of (a kind, a Region), and how much, in the metric's unit
 * @param at epoch milliseconds
 */
export const metricLine = (
  { name, of, value }: { readonly name: MetricName; readonly of: string; readonly value: number },
  at: number,
): object => {
  const { unit, dimension } = METRICS[name];
  return {
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        {
          Namespace: METRICS_NAMESPACE,
          Dimensions: [[dimension]],
          Metrics: [{ Name: name, Unit: unit }],
        },
      ],
    },
    [dimension]: of,
    [name]: value,
  };
};

/** The line that counts a phase. */
export const phaseLine = (kind: PhaseEvent['kind'], at: number): object =>
  metricLine({ name: 'Phases', of: kind, value: 1 }, at);

/**
 * The line that says how long something took since an incident's finding arrived.
 *
 * @param incident when the finding arrived, as ISO text, and the Region of its instance
 * @param at epoch milliseconds at which it was so
 */
export const sinceArrivalLine = (
  name: 'SecondsToContained' | 'SecondsToSealed',
  { arrivedAt, region }: { readonly arrivedAt: string; readonly region: string },
  at: number,
): object => metricLine({ name, of: region, value: (at - Date.parse(arrivedAt)) / 1_000 }, at);
