import { dutyRoleName, RECORDER_FUNCTION_NAME } from '@cordon/incident';
import { ACCOUNTS } from '../cast.ts';
import { never, type Invariant } from './invariant.ts';
import {
  breakGlass,
  changesOf,
  everybodyAtEvidence,
  evidenceKeyNamed,
  evidenceKeys,
  readTrail,
  role,
  snapshotOf,
  trailFile,
  vault,
  vaultObject,
} from './targets.ts';

/** What S3 lets the root user of a bucket's account do, whatever the bucket's policy says of it. */
const ROOT_GETS_PAST = ['s3:DeleteBucketPolicy', 's3:PutBucketPolicy'];

/** What anybody can do to evidence, to its keys and to custody. */
export const ofEvidence: readonly Invariant[] = [
  {
    says: 'no principal ends an object of the vault or its lock before its time',
    holds: 'always',
    claims: (on) => {
      const rest = {
        actions: [
          's3:DeleteObject',
          's3:DeleteObjectVersion',
          's3:BypassGovernanceRetention',
          's3:UpdateObjectEncryption',
        ],
        target: vaultObject,
      };
      return never(on, [
        ...everybodyAtEvidence(rest),
        { who: 'administrator of security', anyRoleOf: { except: [] }, ...rest },
        { who: 'break-glass of evidence', ...rest },
      ]);
    },
  },
  {
    says: 'nobody but break-glass undoes what keeps the vault',
    holds: 'always',
    claims: (on) =>
      never(on, [
        ...everybodyAtEvidence(
          {
            actions: [
              's3:DeleteBucket',
              's3:PutBucketVersioning',
              's3:PutBucketObjectLockConfiguration',
              's3:PutLifecycleConfiguration',
              's3:PutReplicationConfiguration',
              's3:PutBucketPublicAccessBlock',
            ],
            target: vault,
          },
          [breakGlass('evidence')],
        ),
        {
          who: 'administrator of evidence',
          anyRoleOf: { except: [breakGlass('evidence')] },
          actions: ROOT_GETS_PAST,
          target: vault,
        },
        ...everybodyAtEvidence(
          {
            actions: ['s3:PutObjectRetention', 's3:PutObjectAcl'],
            target: vaultObject,
          },
          [breakGlass('evidence')],
        ),
        // Holds are set and lifted by the keeper, in the recorder's role, for people whom the ledger names.
        ...everybodyAtEvidence({ actions: ['s3:PutObjectLegalHold'], target: vaultObject }, [
          breakGlass('evidence'),
          role('evidence', RECORDER_FUNCTION_NAME),
        ]),
      ]),
  },
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html: policies of the organization alone hold it back.
  {
    says: "the evidence account's root user, whom no policy of a bucket keeps from that policy, leaves the vault's as it is",
    holds: 'with-guardrails',
    claims: (on) =>
      never(on, [{ who: 'root of evidence', actions: ROOT_GETS_PAST, target: vault, openResource: true }]),
  },
  {
    says: 'no principal of the evidence account deletes, unlocks or publishes a copy of evidence',
    holds: 'with-guardrails',
    claims: (on) =>
      never(on, [
        ...everybodyAtEvidence({
          actions: ['ec2:DeleteSnapshot', 'ec2:UnlockSnapshot'],
          target: snapshotOf('evidence'),
        }),
        ...everybodyAtEvidence({
          actions: ['ec2:ModifySnapshotAttribute'],
          target: snapshotOf('evidence'),
          given: [{ key: 'ec2:Add/group', is: 'present' }],
        }),
      ]),
  },
  {
    says: 'nobody but break-glass and deployment stops the trail of reads or changes what it records',
    holds: 'with-guardrails',
    claims: (on) =>
      never(
        on,
        everybodyAtEvidence(
          {
            actions: [
              'cloudtrail:DeleteTrail',
              'cloudtrail:PutEventSelectors',
              'cloudtrail:StopLogging',
              'cloudtrail:UpdateTrail',
            ],
            target: readTrail,
          },
          [breakGlass('evidence'), `arn:aws:iam::${ACCOUNTS.evidence}:role/cdk-*-cfn-exec-role-*`],
        ),
      ),
  },
  {
    says: 'no principal ends a file of the trail of reads, or its lock, before its time',
    holds: 'always',
    claims: (on) =>
      never(on, [
        ...everybodyAtEvidence({
          actions: ['s3:BypassGovernanceRetention', 's3:DeleteObject', 's3:DeleteObjectVersion'],
          target: trailFile,
        }),
        { who: 'break-glass of evidence', actions: ['s3:DeleteObjectVersion'], target: trailFile },
      ]),
  },
  {
    says: 'the custodian itself deletes, unlocks and publishes nothing, and shares with the forensics account alone',
    holds: 'always',
    claims: (on) =>
      never(on, [
        {
          who: 'custodian',
          actions: ['ec2:DeleteSnapshot', 'ec2:UnlockSnapshot', 'ec2:ModifySnapshotTier'],
          target: snapshotOf('evidence'),
        },
        {
          who: 'custodian',
          actions: ['ec2:ModifySnapshotAttribute'],
          target: snapshotOf('evidence'),
          given: [{ key: 'ec2:Add/group', is: 'present' }],
        },
        {
          who: 'custodian',
          actions: ['ec2:ModifySnapshotAttribute'],
          target: snapshotOf('evidence'),
          unless: { key: 'ec2:Add/userId', equals: [ACCOUNTS.forensics] },
        },
      ]),
  },
  {
    says: 'nobody but break-glass disables, deletes or opens a key of the evidence account',
    holds: 'always',
    claims: (on) =>
      never(
        on,
        evidenceKeys(on.organization).flatMap((arn) => {
          const rest = {
            actions: ['kms:DisableKey', 'kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy'],
            target: { arn, owner: 'evidence' as const },
          };
          return [
            ...everybodyAtEvidence(rest, [breakGlass('evidence')]),
            { who: 'administrator of security' as const, anyRoleOf: { except: [] }, ...rest },
          ];
        }),
      ),
  },
  {
    says: 'nobody but the recorder signs custody or writes into the vault, but for block manifests, which the hasher alone writes',
    holds: 'always',
    claims: (on) => {
      const recorder = [role('evidence', RECORDER_FUNCTION_NAME)];
      const custody = evidenceKeyNamed(on.organization, 'alias/cordon-custody');
      const sign = { actions: ['kms:Sign'], target: { arn: custody, owner: 'evidence' as const } };
      const write = { actions: ['s3:PutObject'], target: vaultObject };
      const manifests = { resource: [`${vault.arn}/incidents/*/objects/blocks/*`] };
      return never(on, [
        ...everybodyAtEvidence(sign, recorder),
        ...everybodyAtEvidence({ ...write, unless: manifests }, recorder),
        ...everybodyAtEvidence({ ...write, given: [manifests] }, [role('evidence', dutyRoleName('hasher'))]),
        { who: 'administrator of security', anyRoleOf: { except: [] }, ...sign },
        { who: 'administrator of security', anyRoleOf: { except: [] }, ...write },
        {
          who: 'administrator of security',
          anyRoleOf: { except: [] },
          actions: ['s3:GetObject', 's3:GetObjectVersion'],
          target: vaultObject,
        },
      ]);
    },
  },
  {
    says: 'nobody outside the organization uses a key of the evidence account',
    holds: 'always',
    claims: (on) =>
      never(
        on,
        evidenceKeys(on.organization).map((arn) => ({
          who: 'administrator of outside' as const,
          anyRoleOf: { except: [] },
          actions: changesOf(on.catalogue, 'kms'),
          target: { arn, owner: 'evidence' as const },
        })),
      ),
  },
];
