import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { dutyRoleArn, INCIDENT_SESSION_TAG, type Duty } from '@cordon/incident';
import { clientFor, type Connection } from './connection.ts';
import type { SessionPolicy } from '../needs/session-policy.ts';

/** Where to act, as what, for which incident, and on which resources alone. */
export interface Target {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly duty: Duty;
  readonly incidentId: string;
  /** Narrows the duty's role to this incident's resources. */
  readonly policy: SessionPolicy;
}

/** Gives a connection that acts as a duty in another account. */
export type Reach = (target: Target) => Promise<Connection>;

/** Chained sessions live at most an hour (aws-facts 5.1); a step needs minutes and never keeps its session. */
const SESSION_SECONDS = 900;

/**
 * The one seam between accounts: assumes the duty's role under the incident's name, with the incident as source identity
 * and session tag, and a session policy. Throws the SDK's error when the role is missing or its trust refuses.
 */
export const reachFrom =
  (own: Connection): Reach =>
  async (target) => {
    const sts = clientFor(STSClient, own);
    const { Credentials: given } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: dutyRoleArn(target.partition, target.account, target.duty),
        RoleSessionName: target.incidentId,
        SourceIdentity: target.incidentId,
        Tags: [{ Key: INCIDENT_SESSION_TAG, Value: target.incidentId }],
        DurationSeconds: SESSION_SECONDS,
        Policy: JSON.stringify(target.policy),
      }),
    );
    if (
      given?.AccessKeyId === undefined ||
      given.SecretAccessKey === undefined ||
      given.SessionToken === undefined
    ) {
      throw new Error(`AssumeRole of ${target.duty} in ${target.account} gave no credentials`);
    }
    return {
      region: target.region,
      credentials: {
        accessKeyId: given.AccessKeyId,
        secretAccessKey: given.SecretAccessKey,
        sessionToken: given.SessionToken,
      },
      ...(own.requestHandler === undefined ? {} : { requestHandler: own.requestHandler }),
      ...(own.retryStrategy === undefined ? {} : { retryStrategy: own.retryStrategy }),
      ...(own.kept === undefined ? {} : { kept: own.kept }),
    };
  };
