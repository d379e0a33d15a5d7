import { landingBucketName, type StepName } from '@cordon/incident';
import { ACCOUNTS, HOME, INCIDENT, type AccountName } from '../cast.ts';
import type { PowerCase } from '../power-case.ts';

/** Something that functions do with their own roles, and whose work it is. */
export interface Work {
  readonly does: string;
  readonly action: string;
  readonly on: string;
  readonly owner?: AccountName;
  readonly given?: PowerCase['given'];
  readonly of: readonly StepName[];
}

const LANDING = `arn:aws:s3:::${landingBucketName(ACCOUNTS.security, HOME)}/${INCIDENT}`;

/** What is done in the landing bucket. */
export const LANDING_WORK: readonly Work[] = [
  {
    does: 'writes a key of the landing bucket that is new',
    action: 's3:PutObject',
    on: `${LANDING}/part-0001`,
    given: { 's3:if-none-match': '*' },
    of: ['capture-memory'],
  },
  {
    does: 'reads the links to the landing bucket',
    action: 's3:GetObject',
    on: `${LANDING}/links-0c0ffee0`,
    of: ['capture-memory'],
  },
  {
    does: 'reads the list of digests in the landing bucket',
    action: 's3:GetObject',
    on: `${LANDING}/digests`,
    of: ['capture-memory'],
  },
  {
    does: 'deletes a part from the landing bucket',
    action: 's3:DeleteObject',
    on: `${LANDING}/part-0001`,
    of: ['capture-memory'],
  },
];
