import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import {
  EVIDENCE_READER_ROLE_NAME,
  IAM_PATH,
  INCIDENT_SESSION_TAG,
  type DeskReply,
  type Person,
} from '@cordon/incident';
import { classify } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import type { Services } from '../services.ts';
import { askKeeper } from './ask-keeper.ts';

/** A chained session lives an hour at most (aws-facts 5.1). */
const SESSION_SECONDS = 3_600;

interface Opening {
  readonly incident: string;
  readonly reason: string;
  readonly by: Person;
}

/**
 * Gives a person a session that reads one incident alone:
 *
 *     entry access-opened -> AssumeRole (tag: the incident, source identity: the person) -> entry access-given -> the answer
 *
 * Nothing is given before the ledger says who asked and why, and no credentials leave before it names their access key, by which
 * CloudTrail names all that they do. What breaks off in between leaves an entry too many, never one too few.
 */
export const openAccess = async (
  { incident, reason, by }: Opening,
  services: Services,
): Promise<DeskReply> => {
  const { partition, config, own, now } = services;
  const role = `arn:${partition}:iam::${config.accounts.evidence}:role${IAM_PATH}${EVIDENCE_READER_ROLE_NAME}`;
  const until = new Date(now() + SESSION_SECONDS * 1_000).toISOString();
  const opened = await askKeeper(services, { kind: 'access-opened', incident, by, reason, role, until });
  if (opened.status === 'refused') return opened;
  const given = await assume({ role, incident, name: by.name }, { ...own, region: config.homeRegion });
  if (typeof given === 'string') return { status: 'refused', code: 'not-opened', because: given };
  const told = await askKeeper(services, {
    kind: 'access-given',
    incident,
    opened: opened.custody.digest,
    accessKeyId: given.accessKeyId,
  });
  if (told.status === 'refused') return told;
  return { status: 'opened', incident, until, custody: opened.custody, credentials: given };
};

type Given = Extract<DeskReply, { status: 'opened' }>['credentials'];

/** Credentials, or why AWS gave none. */
const assume = async (
  { role, incident, name }: { readonly role: string; readonly incident: string; readonly name: string },
  connection: Services['own'],
): Promise<Given | string> => {
  // Two characters are the least that STS takes for either name.
  const person = name.padEnd(2, '-');
  try {
    const { Credentials: given } = await clientFor(STSClient, connection).send(
      new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: person,
        SourceIdentity: person,
        Tags: [{ Key: INCIDENT_SESSION_TAG, Value: incident }],
        DurationSeconds: SESSION_SECONDS,
      }),
    );
    if (
      given?.AccessKeyId === undefined ||
      given.SecretAccessKey === undefined ||
      given.SessionToken === undefined
    )
      return 'STS gave no credentials; ask again';
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
    };
  } catch (error) {
    const { code, message, hint } = classify(error);
    return `${code}: ${message.slice(0, 300)}; ${hint}`;
  }
};
