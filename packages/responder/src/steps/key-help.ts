import {
  CreateGrantCommand,
  CreateKeyCommand,
  KMSClient,
  RetireGrantCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { afterFailedCopy, dutyRoleArn, subjectOf, type DiskState, type IncidentRef } from '@cordon/incident';
import { classify } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import { CUSTODIAN_GRANT, memberKeyPolicy } from '../needs/acquire.ts';
import type { Services } from '../services.ts';

/** One disk, and whose it is. */
export interface OfDisk {
  readonly incident: IncidentRef;
  readonly disk: DiskState;
  readonly services: Services;
}

/** A grant is effective everywhere "usually within less than five minutes", and EC2 takes no grant token: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
const GRANT_SETTLES_SECONDS = 120;
/** The shortest that KMS takes. https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
const KEY_DELETION_DAYS = 7;

const asked = async (disk: DiskState, what: string, ask: () => Promise<DiskState>): Promise<DiskState> => {
  try {
    return await ask();
  } catch (error) {
    const fault = classify(error);
    // The function is tried again as a whole.
    if (fault.retryable) throw error;
    return afterFailedCopy(disk, `${what} was refused: ${fault.code}: ${fault.message.slice(0, 300)}`);
  }
};

/**
 * Makes what the disk's route needs beside its snapshot: a key in the member for this volume alone, or a grant that admits the custodian to
 * the volume's key. Gives the disk back as it is where nothing is needed, or is there already.
 */
export const makeKeyHelp = (
  connection: Connection,
  { incident, disk, services }: OfDisk,
): Promise<DiskState> => {
  const kms = clientFor(KMSClient, connection);
  const { evidence } = services.config.accounts;
  if (disk.route === 'member-key' && disk.memberKeyArn === undefined)
    return asked(disk, 'a key in the member', async () => {
      const { KeyMetadata: key } = await kms.send(
        new CreateKeyCommand({
          // KMS takes no token: a key whose reply was lost is known by this alone.
          Description: `Cordon ${incident.incidentId}: ${subjectOf(disk)} on its way to evidence`,
          Policy: memberKeyPolicy(services.partition, { member: incident.account, evidence }),
        }),
      );
      if (key?.Arn === undefined) throw new Error('CreateKey gave no ARN');
      // The next session is narrowed to this key.
      return { ...disk, memberKeyArn: key.Arn, recheckAfterSeconds: 1 };
    });
  if (disk.route === 'grant' && disk.grantId === undefined)
    return asked(disk, 'a grant for the custodian', async () => {
      const { GrantId } = await kms.send(
        new CreateGrantCommand({
          KeyId: disk.kmsKeyArn,
          GranteePrincipal: dutyRoleArn(services.partition, evidence, 'custodian'),
          RetiringPrincipal: dutyRoleArn(services.partition, incident.account, 'acquire'),
          Operations: [...CUSTODIAN_GRANT],
          // The same name gives the same grant, however often it is asked for.
          Name: `cordon-${incident.incidentId}-${disk.volumeId}${disk.holds === undefined ? '' : `-${disk.holds}`}`,
        }),
      );
      if (GrantId === undefined) throw new Error('CreateGrant gave no id');
      return { ...disk, grantId: GrantId, recheckAfterSeconds: GRANT_SETTLES_SECONDS };
    });
  return Promise.resolve(disk);
};

/** What KMS says of something that an earlier try has put away. */
const PUT_AWAY: ReadonlySet<string> = new Set(['NotFoundException', 'KMSInvalidStateException']);

const unlessPutAway = async (act: () => Promise<unknown>): Promise<void> => {
  try {
    await act();
  } catch (error) {
    if (!PUT_AWAY.has(classify(error).code)) throw error;
  }
};

/** Ends the key that was made for the volume and the grant on its own key, where there are any; gives the disk without them. */
export const putKeyHelpAway = async (connection: Connection, disk: DiskState): Promise<DiskState> => {
  const { memberKeyArn, grantId, ...rest } = disk;
  const kms = clientFor(KMSClient, connection);
  if (memberKeyArn !== undefined)
    await unlessPutAway(() =>
      kms.send(
        new ScheduleKeyDeletionCommand({ KeyId: memberKeyArn, PendingWindowInDays: KEY_DELETION_DAYS }),
      ),
    );
  if (grantId !== undefined)
    await unlessPutAway(() => kms.send(new RetireGrantCommand({ KeyId: disk.kmsKeyArn, GrantId: grantId })));
  return rest;
};
