import { type AccountPlace, type Finding } from '@cordon/incident';
import type { Services } from '../services.ts';
import { readOrGoOn } from '../store/limit-table.ts';
import { limitNames, type Ahead } from './under-limits.ts';

/**
 * Reads the limits of a finding's first instance while the finding is still being verified, so that they cost no call in a row
 * before the workflow starts. Nothing follows from them before it is verified. Never rejects.
 */
export const readAhead = async (
  finding: Finding,
  places: Promise<ReadonlyMap<string, AccountPlace>>,
  services: Services,
): Promise<Ahead | undefined> => {
  const [subject] = finding.subjects;
  if (subject === undefined) return undefined;
  const counted = {
    account: subject.account,
    region: subject.region,
    severity: finding.severity ?? 0,
    ...(subject.tags?.scalingGroup === undefined ? {} : { scalingGroup: subject.tags.scalingGroup }),
  };
  const read = limitNames(counted, (await places).get(subject.account), services);
  const rows = await readOrGoOn(read, services);
  return rows === undefined ? undefined : { ...rows, read };
};
