import { DeleteSnapshotCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { AwsCall } from '@cordon/evidence';
import { regionOfVault, vaultArns, vaultIn } from '@cordon/incident';
import type { DisposerReply, DisposerRequest, TendingReply } from '@cordon/incident/keeping';
import { classify } from '../aws/classify.ts';
import { clientFor, type Connection } from '../aws/connection.ts';
import { hearing } from '../aws/heard-calls.ts';
import { askOfEvidence } from '../desk/ask-keeper.ts';
import { sessionPolicy } from '../needs/session-policy.ts';
import type { Services } from '../services.ts';

/** It stops itself a good while before Lambda would, and is asked again. */
const WORK_SECONDS = 200;

type Batch = Extract<TendingReply, { status: 'to-destroy' }>;
type Destroyed = {
  snapshots: Batch['snapshots'];
  objects: { readonly key: string; readonly versionId: string }[];
  calls: AwsCall[];
};

/**
 * Destroys what two people gave up, and nothing else: the keeper says what is next, the duty deletes it in a session of that incident alone,
 * the keeper signs what was done by which call, and at the end the certificate.
 *
 *     next-to-destroy -> DeleteSnapshot, DeleteObject(version) ... -> destroyed (entry) -> next-to-destroy ... -> certify (certificate)
 *
 * It goes past no lock: what is locked or held S3 and EC2 refuse, and then it stops there. Safe to run again: what is gone already is said
 * to be so.
 */
export const disposer = async (
  { incident, approved }: DisposerRequest,
  services: Services,
): Promise<DisposerReply> => {
  const until = services.now() + WORK_SECONDS * 1_000;
  let left = Infinity;
  let refused = 'nothing more could be destroyed';
  while (services.now() < until) {
    const batch = await askOfEvidence(services, { kind: 'next-to-destroy', incident, approved });
    if (batch.status !== 'to-destroy')
      return {
        status: 'stopped',
        because: batch.status === 'refused' ? batch.because : 'the keeper gave no list',
      };
    if (batch.left === 0)
      return certified(await askOfEvidence(services, { kind: 'certify', incident, approved }));
    // Every batch makes it shorter, or the loop would have no end.
    if (batch.left >= left && !batch.snapshots.some(({ gone }) => gone === true))
      return { status: 'stopped', because: refused };
    left = batch.left;
    const { destroyed, because } = await destroy(batch, incident, services);
    if (destroyed.objects.length + destroyed.snapshots.length > 0) {
      const said = await askOfEvidence(services, { kind: 'destroyed', incident, approved, ...destroyed });
      if (said.status !== 'recorded')
        return {
          status: 'stopped',
          because: said.status === 'refused' ? said.because : 'the keeper wrote no entry',
        };
    }
    // Asked once more: what was refused may be gone, by a call whose answer was lost, and the keeper sees that. EC2 may call it denied, for it has no tags any more.
    refused = because ?? refused;
  }
  return { status: 'goes-on', left: Number.isFinite(left) ? left : 0 };
};

const certified = (answer: TendingReply): DisposerReply =>
  answer.status === 'recorded'
    ? { status: 'disposed', detail: answer.detail, custody: answer.custody }
    : {
        status: 'stopped',
        because: answer.status === 'refused' ? answer.because : 'the keeper wrote no certificate',
      };

/** Destroys one after the other, and stops at the first that is refused. */
const destroy = async (
  batch: Batch,
  incident: string,
  services: Services,
): Promise<{ readonly destroyed: Destroyed; readonly because?: string }> => {
  const destroyed: Destroyed = { snapshots: [], objects: [], calls: [] };
  const { accounts } = services.config;
  const connections = new Map<string, Connection>();
  const reach = async (region: string): Promise<Connection> => {
    const connection =
      connections.get(region) ??
      (await services.reach({
        partition: services.partition,
        account: accounts.evidence,
        region,
        duty: 'disposer',
        incidentId: incident,
        policy: scope(services, incident),
      }));
    connections.set(region, connection);
    return connection;
  };
  const tried = async (work: () => Promise<unknown>): Promise<void> => {
    const { calls } = await hearing(services.now, work);
    // None where it was gone already: then the entry says that its calls are not all known.
    destroyed.calls.push(...calls.filter(({ name }) => name.startsWith('Delete')).slice(-1));
  };
  try {
    for (const { gone, ...copy } of batch.snapshots) {
      if (gone !== true)
        await tried(async () =>
          clientFor(EC2Client, await reach(copy.region)).send(
            new DeleteSnapshotCommand({ SnapshotId: copy.snapshotId }),
          ),
        );
      destroyed.snapshots.push(copy);
    }
    for (const { key, versionId, bucket } of batch.objects) {
      const at = vaultIn(services.config, regionOfVault(services.config, bucket));
      if (bucket !== undefined && at.bucket !== bucket)
        throw new Error(`${bucket} is none of the evidence account's vaults`);
      await tried(async () =>
        clientFor(S3Client, await reach(at.region)).send(
          new DeleteObjectCommand({
            Bucket: at.bucket,
            ExpectedBucketOwner: accounts.evidence,
            Key: key,
            VersionId: versionId,
          }),
        ),
      );
      destroyed.objects.push({ key, versionId });
    }
    return { destroyed };
  } catch (error) {
    const { code, message, hint } = classify(error);
    return { destroyed, because: `${code}: ${message.slice(0, 300)}; ${hint}` };
  }
};

/** Copies and objects alone; the duty itself admits only what is this incident's. */
const scope = ({ partition, config }: Services, incident: string) => {
  return sessionPolicy({
    reads: [],
    on: [
      { actions: ['ec2:DeleteSnapshot'], resources: [`arn:${partition}:ec2:*::snapshot/*`] },
      {
        actions: ['s3:DeleteObjectVersion'],
        resources: vaultArns(partition, config.accounts.evidence).flatMap((vault) => [
          `${vault}/incidents/${incident}/objects/*`,
          `${vault}/incidents/${incident}-*/objects/*`,
        ]),
      },
    ],
  });
};
