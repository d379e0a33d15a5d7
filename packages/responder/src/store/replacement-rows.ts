import {
  launchSpec,
  planSchema,
  planStep,
  stepsOf,
  type LaunchSpec,
  type Plan,
  type PlanStep,
  type ReplacementRight,
} from '@cordon/incident';
import * as z from 'zod';
import type { Services } from '../services.ts';
import { put, putOnce } from './journal-rows.ts';
import { bodyOf, sortKeyOf, type Row } from './rows.ts';

const SPEC = 'replacement#spec';
const LAUNCHED = 'replacement#launched';

const launched = z.object({ instanceId: z.string() });

/** What an incident's rows hold of a replacement. */
export interface ReplacementRows {
  readonly spec?: LaunchSpec;
  /** Instance id. */
  readonly launched?: string;
  /** In order. */
  readonly plans: readonly Plan[];
  /** Registrations that the instance left, as they were found. */
  readonly found: readonly PlanStep[];
}

const named = (rows: readonly Row[], prefix: string): readonly Row[] =>
  rows.filter((row) => sortKeyOf(row).startsWith(prefix));

const revisionOf = (row: Row): number => Number(sortKeyOf(row).split('#')[1]);

const plansOf = (rows: readonly Row[]): readonly Plan[] =>
  named(rows, 'plan#')
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .map((row) => planSchema.parse(bodyOf(row)));

/** What an incident's rows hold of a replacement. */
export const replacementOf = (rows: readonly Row[]): ReplacementRows => {
  const [spec] = named(rows, SPEC);
  const [one] = named(rows, LAUNCHED);
  return {
    ...(spec === undefined ? {} : { spec: launchSpec.parse(bodyOf(spec)) }),
    ...(one === undefined ? {} : { launched: launched.parse(bodyOf(one)).instanceId }),
    plans: plansOf(rows),
    found: named(rows, 'found#').map((row) => planStep.parse(bodyOf(row))),
  };
};

/** Whether an earlier look or plan of the incident makes another replacement one too many, or has prepared one. */
export const replacementSoFar = (rows: readonly Row[]): Pick<ReplacementRight, 'sofar'> => {
  const { spec, launched: id, plans } = replacementOf(rows);
  if (id !== undefined) return { sofar: 'launched' };
  if (plans.some((plan) => stepsOf(plan, 'detach-from-auto-scaling').length > 0))
    return { sofar: 'by-group' };
  return spec === undefined ? {} : { sofar: 'prepared' };
};

/** Keeps what will be launched, before it is; false where an earlier try kept it, which then holds. */
export const keepSpec = (services: Services, incidentId: string, spec: LaunchSpec): Promise<boolean> =>
  putOnce(services, incidentId, SPEC, JSON.stringify(launchSpec.parse(spec)));

/** Keeps what was launched. */
export const keepLaunched = (services: Services, incidentId: string, instanceId: string): Promise<void> =>
  put(services, incidentId, LAUNCHED, JSON.stringify({ instanceId }));
