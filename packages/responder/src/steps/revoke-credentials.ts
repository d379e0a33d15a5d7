import {
  DescribeIamInstanceProfileAssociationsCommand,
  DisassociateIamInstanceProfileCommand,
  EC2Client,
  ReplaceIamInstanceProfileAssociationCommand,
  type IamInstanceProfileAssociation,
} from '@aws-sdk/client-ec2';
import {
  IAM_PATH,
  QUARANTINE_PROFILE_NAME,
  stepsToDo,
  type ChainedDeny,
  type IncidentRef,
  type OutcomesOutput,
  type RevokeInput,
  type StepOf,
  type StepOutcome,
} from '@cordon/incident';
import { classify } from '../aws/classify.ts';
import { clientFor } from '../aws/connection.ts';
import { REVOKE_READS } from '../needs/revoke.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import { ofIncident, type Services } from '../services.ts';
import { rowOf, saveOutcomes } from '../store/journal-rows.ts';
import { attempt } from './attempt.ts';
import { denyChained } from './deny-chained.ts';
import { denySessions } from './deny-sessions.ts';

/**
 * Cuts the instance's credentials: first the profile is replaced by the quarantine profile (removed where EC2 refuses the
 * swap), then the sessions of this instance, and of no sibling, are denied wherever they are used.
 *
 *     replace profile  ->  tag the role with the instance  ->  attach the fixed deny
 *                          or, where the deployment chose so: write the deny into the role
 *
 * The deny matches `aws:userid = <role id>:<instance id>`, so it holds for old and new credentials alike and needs no
 * cut-off time. Called with sessions that were found after the plan, it denies those and nothing else. Undone by `lift-session-deny`, then `restore-profile`.
 */
export const revokeCredentials = async (input: RevokeInput, services: Services): Promise<OutcomesOutput> => {
  const { incident, chained } = input;
  if (chained !== undefined) {
    const outcomes = await denyChained(chained, incident, services);
    return { outcomes: await saveOutcomes(services, incident, chainedRow(chained), outcomes) };
  }
  const replace = stepsToDo(input, 'replace-profile')[0];
  const denials = stepsToDo(input, 'deny-sessions');
  const profiles = [...(replace === undefined ? [] : [replace]), ...denials].map(
    ({ profileArn }) => profileArn,
  );
  const row = rowOf('revoke-credentials', input);
  if (profiles.length === 0) return { outcomes: await saveOutcomes(services, incident, row, []) };
  const arn = (service: string, rest: string): string => `arn:${services.partition}:${service}:${rest}`;
  const connection = await services.reach({
    ...ofIncident(services, incident),
    duty: 'revoke',
    policy: sessionPolicy({
      reads: REVOKE_READS,
      on: [
        {
          actions: ['ec2:ReplaceIamInstanceProfileAssociation', 'ec2:DisassociateIamInstanceProfile'],
          resources: [arn('ec2', `${incident.region}:${incident.account}:instance/${incident.instanceId}`)],
        },
        {
          actions: ['iam:PassRole'],
          resources: [arn('iam', `:${incident.account}:role${IAM_PATH}${QUARANTINE_PROFILE_NAME}`)],
        },
        // Which role is behind the profile is read here; what is done to that role has a session of its own.
        { actions: ['iam:GetInstanceProfile'], resources: [...new Set(profiles)] },
      ],
    }),
  });
  const ec2 = clientFor(EC2Client, connection);
  const outcomes: StepOutcome[] = [];
  if (replace !== undefined)
    outcomes.push(
      await attempt(replace.id, services, () => replaceProfile(ec2, replace, services, incident)),
    );
  // One after the other: they may write to the same role.
  for (const deny of denials)
    outcomes.push(
      await attempt(deny.id, services, () => denySessions(connection, deny, { services, incident })),
    );
  return { outcomes: await saveOutcomes(services, incident, row, outcomes) };
};

/** Each call has a row of its own: what an earlier look found is not written over. */
const chainedRow = (chained: readonly ChainedDeny[]): string =>
  `chained-${chained.map(({ session }) => session.id).join('-')}`.slice(0, 200);

const associationOf = async (
  ec2: EC2Client,
  incident: IncidentRef,
): Promise<IamInstanceProfileAssociation | undefined> => {
  const { IamInstanceProfileAssociations: associations } = await ec2.send(
    new DescribeIamInstanceProfileAssociationsCommand({
      Filters: [
        { Name: 'instance-id', Values: [incident.instanceId] },
        { Name: 'state', Values: ['associating', 'associated'] },
      ],
    }),
  );
  return associations?.[0];
};

const isQuarantine = ({ IamInstanceProfile }: IamInstanceProfileAssociation): boolean =>
  IamInstanceProfile?.Arn?.endsWith(`/${QUARANTINE_PROFILE_NAME}`) === true;

const replaceProfile = async (
  ec2: EC2Client,
  step: StepOf<'replace-profile'>,
  services: Services,
  incident: IncidentRef,
): Promise<string> => {
  // What is there now, not what was planned: an attacker, or an earlier try of ours, may have replaced the association.
  const association = await associationOf(ec2, incident);
  if (association?.AssociationId === undefined) return 'no profile is associated any more';
  if (isQuarantine(association)) return 'the quarantine profile is associated';
  try {
    await ec2.send(
      new ReplaceIamInstanceProfileAssociationCommand({
        AssociationId: association.AssociationId,
        IamInstanceProfile: { Name: QUARANTINE_PROFILE_NAME },
      }),
    );
    return `${step.profileArn} was replaced by the quarantine profile`;
  } catch (error) {
    // Replace needs a running instance and the right to pass the role (aws-facts 2.5); removing it needs neither.
    const refused = classify(error);
    // A swap whose reply was lost was refused only when it was sent again: the association it names is gone by then.
    const left = await associationOf(ec2, incident);
    if (left?.AssociationId === undefined) return 'no profile is associated any more';
    if (isQuarantine(left)) return `${step.profileArn} was replaced by the quarantine profile`;
    await ec2.send(new DisassociateIamInstanceProfileCommand({ AssociationId: left.AssociationId }));
    return `${step.profileArn} was removed, for the swap was refused with ${refused.code}`;
  }
};
