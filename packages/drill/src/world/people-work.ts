import { SESSION_DOCUMENT_NAME, TAGS, type CordonConfig } from '@cordon/incident';
import {
  addRole,
  ec2State,
  iamState,
  openChannel,
  silence,
  typeIn,
  type Organization,
} from '@cordon/local-aws';
import type { Suspect } from '../run-record.ts';
import { SILENCE } from '../scenarios/scenario.ts';

/** Between two texts. */
const MINUTE = 60_000;
/** How long the run goes on afterwards: what is not recorded is waited for an hour, and told by the next look. */
const SETTLES = 80 * MINUTE;

const ROLE = {
  name: 'AWSReservedSSO_CordonForensics_00000000work0000',
  path: '/aws-reserved/sso.amazonaws.com/eu-west-1/',
} as const;

/** The role of forensic staff, made when it is first used: sessions by the one document, and the key of their channel. */
const staffRole = ({ world, ids, timeline }: Organization, account: string): string => {
  const arn = `arn:aws:iam::${account}:role${ROLE.path}${ROLE.name}`;
  if (world.of(iamState, account, '').roles.has(ROLE.name)) return arn;
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' },
    ],
  };
  const own = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['ssm:StartSession', 'ssm:TerminateSession'],
        Resource: [
          `arn:aws:ec2:*:${account}:instance/*`,
          `arn:aws:ssm:*:${account}:document/${SESSION_DOCUMENT_NAME}`,
          `arn:aws:ssm:*:${account}:session/*`,
        ],
      },
      { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: '*' },
    ],
  };
  addRole(world, { account, ...ROLE, trust, inline: { own } }, { ids, now: timeline.now() });
  return arn;
};

/** What somebody does on a forensic machine. */
interface Work {
  readonly suspect: Suspect;
  readonly person: string;
  /** One a minute; `SILENCE` ends the stream. */
  readonly texts: readonly string[];
  readonly told: (what: string) => void;
}

/** Has a person start a session on the suspect's forensic machine, type, and end it. */
export const workOnMachine = async (
  organization: Organization,
  config: CordonConfig,
  { suspect, person, texts, told }: Work,
): Promise<void> => {
  const { world, timeline, host } = organization;
  const account = config.accounts.forensics;
  const { region } = suspect;
  const machine = [...world.of(ec2State, account, region).instances.values()].find(
    ({ tags, state }) => tags.has(TAGS.ledger) && state === 'running',
  );
  if (machine === undefined) throw new Error(`${person} found no forensic machine in ${region}`);
  const caller = host.callerForRole(staffRole(organization, account), person);
  const ask = (operation: string, input: object): Promise<object> =>
    host.perform({ caller, region, service: 'ssm', operation, input });
  const started = await ask('StartSession', {
    Target: machine.instanceId,
    DocumentName: SESSION_DOCUMENT_NAME,
  });
  const sessionId = 'SessionId' in started ? String(started.SessionId) : '';
  const at = { account, region, sessionId };
  await openChannel(organization, at, caller);
  told(`${person} works on forensic machine ${machine.instanceId}`);
  const inAMinute = (): Promise<void> =>
    new Promise((resolve) => timeline.at(timeline.now() + MINUTE, () => resolve()));
  for (const text of texts) {
    if (text === SILENCE) silence(organization, at);
    await typeIn(organization, at, text);
    await inAMinute();
  }
  await ask('TerminateSession', { SessionId: sessionId });
  // Not in the background: the run lasts until it is known what became of the recording.
  timeline.at(timeline.now() + SETTLES, () => told(`the session of ${person} is over an hour ago`));
};
