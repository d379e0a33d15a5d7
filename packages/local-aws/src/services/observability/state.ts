import { defineState } from '../../core/world.ts';
import type { LogEvent } from '../ec2/flows/flow-log-events.ts';

/** An alarm as its template gives it: nothing here computes metrics, judges read what is watched and who is told. */
export interface Alarm {
  readonly name: string;
  readonly arn: string;
  readonly alarmActions: readonly string[];
  readonly actionsEnabled: boolean;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A log group. */
export interface LogGroup {
  readonly name: string;
  readonly arn: string;
  /** Days; for ever when absent. */
  readonly retentionDays?: number;
  readonly kmsKeyId?: string;
}

/** A dashboard; nothing here draws it. */
export interface Dashboard {
  readonly name: string;
  /** As its template gives it, JSON. */
  readonly body: string;
}

/** CloudWatch and CloudWatch Logs in one account and Region. */
export interface ObservabilityState {
  readonly alarms: Map<string, Alarm>;
  readonly dashboards: Map<string, Dashboard>;
  readonly logGroups: Map<string, LogGroup>;
  /** What was written by the API, by log group and stream. */
  readonly logStreams: Map<string, Map<string, LogEvent[]>>;
}

/** Alarms, dashboards and log groups by name. */
export const observabilityState = defineState<ObservabilityState>('monitoring', 'regional', () => ({
  alarms: new Map(),
  dashboards: new Map(),
  logGroups: new Map(),
  logStreams: new Map(),
}));
