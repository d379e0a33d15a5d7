import { ARCHIVIST_FUNCTION_NAME, dutyRoleName, RECORDER_FUNCTION_NAME } from '@cordon/incident';
import { ACCOUNTS, INCIDENT } from '../cast.ts';
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
    says: 'no principal goes past the lock of an object of the vault, hides it, or lays it under another key',
    holds: 'always',
    claims: (on) => {
      const rest = {
        actions: ['s3:DeleteObject', 's3:BypassGovernanceRetention', 's3:UpdateObjectEncryption'],
        target: vaultObject,
      };
      return never(on, [
        ...everybodyAtEvidence(rest),
        { who: 'administrator of security', anyRoleOf: { except: [] }, ...rest },
        { who: 'break-glass of evidence', ...rest },
        { who: 'disposer', ...rest },
      ]);
    },
  },
  {
    says: 'nobody deletes a version of the vault but the disposer, of its own incident, and no ledger, manifest or certificate',
    holds: 'always',
    claims: (on) => {
      const rest = { actions: ['s3:DeleteObjectVersion'], target: vaultObject };
      const disposer = role('evidence', dutyRoleName('disposer'));
      return never(on, [
        ...everybodyAtEvidence(rest, [disposer]),
        { who: 'administrator of security', anyRoleOf: { except: [] }, ...rest },
        { who: 'administrator of member', anyRoleOf: { except: [] }, ...rest },
        { who: 'administrator of forensics', anyRoleOf: { except: [] }, ...rest },
        // Whatever policy somebody attaches to the disposer's role: what is no object stays.
        {
          who: 'administrator of evidence',
          anyRoleOf: { except: [] },
          ...rest,
          unless: { resource: [`${vault.arn}/incidents/*/objects/*`] },
        },
        {
          who: 'disposer',
          ...rest,
          unless: {
            resource: [
              `${vault.arn}/incidents/${INCIDENT}/objects/*`,
              `${vault.arn}/incidents/${INCIDENT}-*/objects/*`,
            ],
          },
        },
      ]);
    },
  },
  {
    says: 'retention is set by nobody but the recorder, which makes it no shorter than every case, and break-glass',
    holds: 'always',
    claims: (on) =>
      never(
        on,
        everybodyAtEvidence({ actions: ['s3:PutObjectRetention'], target: vaultObject }, [
          breakGlass('evidence'),
          role('evidence', RECORDER_FUNCTION_NAME),
        ]),
      ),
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
            actions: ['s3:PutObjectAcl'],
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
    says: 'no principal of the evidence account unlocks or publishes a copy of evidence; the disposer alone deletes one, the archivist alone archives, and these lock: custodian and archivist',
    holds: 'with-guardrails',
    claims: (on) =>
      never(on, [
        ...everybodyAtEvidence({
          actions: ['ec2:UnlockSnapshot'],
          target: snapshotOf('evidence'),
        }),
        ...everybodyAtEvidence({ actions: ['ec2:DeleteSnapshot'], target: snapshotOf('evidence') }, [
          role('evidence', dutyRoleName('disposer')),
        ]),
        ...everybodyAtEvidence({ actions: ['ec2:ModifySnapshotTier'], target: snapshotOf('evidence') }, [
          role('evidence', ARCHIVIST_FUNCTION_NAME),
        ]),
        ...everybodyAtEvidence({ actions: ['ec2:LockSnapshot'], target: snapshotOf('evidence') }, [
          role('evidence', ARCHIVIST_FUNCTION_NAME),
          role('evidence', dutyRoleName('custodian')),
        ]),
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
    says: 'nobody of a member, the security or the forensics account deletes, unlocks, locks or archives a copy of evidence',
    holds: 'always',
    claims: (on) =>
      never(
        on,
        (['member', 'security', 'forensics'] as const).flatMap((account) =>
          (['administrator', 'root'] as const).map((kind) => ({
            who: `${kind} of ${account}` as const,
            ...(kind === 'administrator' ? { anyRoleOf: { except: [] } } : {}),
            actions: [
              'ec2:DeleteSnapshot',
              'ec2:UnlockSnapshot',
              'ec2:LockSnapshot',
              'ec2:ModifySnapshotTier',
            ],
            target: snapshotOf('evidence'),
          })),
        ),
      ),
  },
  {
    says: 'the archivist deletes, unlocks and shares nothing',
    holds: 'always',
    claims: (on) =>
      never(on, [
        {
          who: 'archivist',
          actions: ['ec2:DeleteSnapshot', 'ec2:UnlockSnapshot', 'ec2:ModifySnapshotAttribute'],
          target: snapshotOf('evidence'),
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
