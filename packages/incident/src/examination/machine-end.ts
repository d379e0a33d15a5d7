import * as z from 'zod';
import { incidentRef } from '../workflow/incident-ref.ts';

/** How long before its end people are told: a working day and its night, so that somebody reads it in time. */
export const MACHINE_WARNING_HOURS = 12;
/** A person keeps a machine for no longer at once; they may do so again, with a reason each time. */
export const KEEP_MACHINE_HOURS = 168;

/** A forensic machine that is about to be started, or was: written before anything is, so that none is forgotten. */
export const machineRow = z.object({
  incident: incidentRef,
  /** Tag of the machine and of all volumes that were made for it. */
  ledgerId: z.string(),
  startedAt: z.iso.datetime(),
  /** From when on whoever looks ends it. */
  endsAt: z.iso.datetime(),
  /** People were told that it ends soon. */
  warnedAt: z.iso.datetime().optional(),
  /** Its end was begun: nobody can keep it any more. */
  endingAt: z.iso.datetime().optional(),
  /** By whom, and why, it was kept longer. */
  kept: z
    .array(z.object({ by: z.string(), reason: z.string(), at: z.iso.datetime(), until: z.iso.datetime() }))
    .default([]),
});
/** A forensic machine that is about to be started, or was. */
export type MachineRow = z.infer<typeof machineRow>;

const HOUR = 3_600_000;
const iso = (at: number): string => new Date(at).toISOString();

/** When a machine that is started now is ended. @param now ISO 8601 */
export const endOfMachine = (now: string, machineHours: number): string =>
  iso(Date.parse(now) + machineHours * HOUR);

/** What is due about a machine: nothing yet, to tell people that it ends soon, or its end. Pure. @param now epoch milliseconds */
export const machineDue = (
  { endsAt, warnedAt, endingAt }: Pick<MachineRow, 'endsAt' | 'warnedAt' | 'endingAt'>,
  now: number,
): 'rest' | 'warn' | 'end' => {
  if (endingAt !== undefined || now >= Date.parse(endsAt)) return 'end';
  const isSoon = now >= Date.parse(endsAt) - MACHINE_WARNING_HOURS * HOUR;
  return isSoon && warnedAt === undefined ? 'warn' : 'rest';
};

/** The row of a machine that a person keeps; people are told anew before the new end. An end that is later already stays. Pure. */
export const keepMachineLonger = (
  row: MachineRow,
  kept: { readonly by: string; readonly reason: string; readonly hours: number; readonly now: number },
): MachineRow => {
  const until = iso(Math.max(Date.parse(row.endsAt), kept.now + kept.hours * HOUR));
  const { warnedAt: _told, ...rest } = row;
  return {
    ...rest,
    endsAt: until,
    kept: [...row.kept, { by: kept.by, reason: kept.reason, at: iso(kept.now), until }],
  };
};

/** What a machine costs, as far as the deployment says what an hour costs; hours that were begun count whole. Pure. */
export const costOfMachine = (
  startedAt: string,
  endedAt: string,
  hourlyUsd: number | undefined,
): { readonly hours: number; readonly usd?: number } => {
  const hours = Math.max(0, Math.ceil((Date.parse(endedAt) - Date.parse(startedAt)) / HOUR));
  return hourlyUsd === undefined ? { hours } : { hours, usd: Math.round(hours * hourlyUsd * 100) / 100 };
};

/** The same in words. */
export const machineCostWords = ({ hours, usd }: ReturnType<typeof costOfMachine>): string =>
  usd === undefined
    ? `${hours} hour(s) of the machine; what they cost is not known: forensics.hourlyUsd in cordon.config.ts says what an hour costs`
    : `${hours} hour(s) of the machine, USD ${usd.toFixed(2)}`;
