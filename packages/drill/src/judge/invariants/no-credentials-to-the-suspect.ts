import { QUARANTINE_PROFILE_NAME } from '@cordon/incident';
import { ec2State, iamState } from '@cordon/local-aws';
import { whyNoCapture } from '../captures.ts';
import { isExamination } from '../examinations.ts';
import { inner } from '../fields.ts';
import { notJudged, verdictOn, type Invariant } from '../invariant.ts';
import { nameOf, type OurCall } from '../our-calls.ts';
import type { Opened, Scene } from '../scene.ts';
import { decideOn, type Probe } from '../sessions.ts';

/** What the quarantine profile must never give; resources of the suspect's own account, where access is easiest to get. */
const forbidden = ({ account, region }: Pick<Opened, 'account' | 'region'>): readonly Probe[] => [
  { action: 's3:GetObject', resource: 'arn:aws:s3:::any-bucket/any-object' },
  { action: 's3:ListBucket', resource: 'arn:aws:s3:::any-bucket' },
  { action: 'ssm:GetParameter', resource: `arn:aws:ssm:${region}:${account}:parameter/any` },
  { action: 'ssm:GetParameters', resource: `arn:aws:ssm:${region}:${account}:parameter/any` },
  { action: 'ssm:GetParametersByPath', resource: `arn:aws:ssm:${region}:${account}:parameter/any` },
  {
    action: 'secretsmanager:GetSecretValue',
    resource: `arn:aws:secretsmanager:${region}:${account}:secret:any`,
  },
  { action: 'kms:Decrypt', resource: `arn:aws:kms:${region}:${account}:key/any` },
  { action: 'sts:AssumeRole', resource: `arn:aws:iam::${account}:role/any` },
  { action: 'iam:PassRole', resource: `arn:aws:iam::${account}:role/any` },
  { action: 'ec2:DescribeInstances', resource: '*' },
];

const allowed = ({ remains }: Scene, opened: Opened): readonly string[] => {
  const { world } = remains.organization;
  const present = world.of(ec2State, opened.account, opened.region).instances.has(opened.instanceId);
  const exists = world.of(iamState, opened.account, '').roles.has(QUARANTINE_PROFILE_NAME);
  if (!present || !exists) return [];
  return forbidden(opened)
    .filter(
      (probe) =>
        decideOn(remains, { ...opened, roleName: QUARANTINE_PROFILE_NAME }, probe).verdict === 'allow',
    )
    .map(({ action }) => `the quarantine profile of ${opened.instanceId} allows ${action}`);
};

/** Calls that could carry a credential, a command or a script to a machine. */
const carries = ({ call }: OurCall): boolean =>
  call.operation === 'SendCommand' ||
  call.operation === 'StartSession' ||
  call.operation === 'StartAutomationExecution' ||
  (call.operation === 'ModifyInstanceAttribute' && inner(call.input, 'UserData') !== undefined) ||
  call.operation === 'ModifyInstanceMetadataOptions';

/** DESIGN section 7, 5: a suspect gets no credentials but the quarantine profile's agent channel. */
export const noCredentialsToTheSuspect: Invariant = {
  id: 'no-credentials-to-the-suspect',
  judge: (scene) => {
    if (scene.incidents.length === 0)
      return notJudged('no incident was opened, so no suspect was given anything');
    const sent = scene.calls.filter((one) => carries(one) && !isExamination(scene.calls, one));
    const wrong = sent.flatMap((one) => {
      const opened = scene.incidents.find(({ incidentId }) => incidentId === one.session);
      const why = whyNoCapture(scene, one, opened);
      return why === undefined ? [] : [`${nameOf(one)} ${why}`];
    });
    return verdictOn(
      [...wrong, ...scene.incidents.flatMap((opened) => allowed(scene, opened))],
      `the quarantine profile allows none of ${forbidden({ account: '', region: '' }).length} reads and roles that were tried, and ${
        sent.length === 0
          ? 'nothing was sent to a suspect'
          : `${sent.length} command(s) were sent to suspects: the pinned document, with a link to the pinned tool and nothing else`
      }`,
    );
  },
};
