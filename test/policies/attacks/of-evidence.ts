import {
  DeleteSnapshotCommand,
  LockSnapshotCommand,
  ModifySnapshotAttributeCommand,
  UnlockSnapshotCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateGrantCommand,
  DisableKeyCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
} from '@aws-sdk/client-kms';
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { refused, SAYING, type Attack } from './attack.ts';
import type { Aftermath } from './aftermath.ts';
import type { Hands, Who } from './cast.ts';

const openTo = (account: string, action: string, resource: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: action,
        Resource: resource,
      },
    ],
  });

/** Signs what a forged custody entry would be, with the custody key. */
export const sign = ({ kmsAtHome }: Hands, { custodyKeyArn }: Aftermath): Promise<unknown> =>
  kmsAtHome.send(
    new SignCommand({
      KeyId: custodyKeyArn,
      Message: new TextEncoder().encode('a forged entry'),
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
  );

/** Reads one object of the vault. */
export const getObject = ({ s3 }: Hands, { vault, held }: Aftermath): Promise<unknown> =>
  s3.send(new GetObjectCommand({ Bucket: vault, Key: held.key }));

/** Writes a new object into the vault, as the recorder would. */
export const putObject = ({ s3 }: Hands, { vault }: Aftermath): Promise<unknown> =>
  s3.send(
    new PutObjectCommand({ Bucket: vault, Key: 'incidents/forged.json', Body: '{}', IfNoneMatch: '*' }),
  );

/** Writes over an object of the vault. */
const overwrite = ({ s3 }: Hands, { vault, held }: Aftermath): Promise<unknown> =>
  s3.send(new PutObjectCommand({ Bucket: vault, Key: held.key, Body: '{}' }));

/** Deletes one object of the vault: leaves a marker over it. */
export const deleteObject = ({ s3 }: Hands, { vault, held }: Aftermath): Promise<unknown> =>
  s3.send(new DeleteObjectCommand({ Bucket: vault, Key: held.key }));

const deleteVersion = ({ s3 }: Hands, { vault, held }: Aftermath): Promise<unknown> =>
  s3.send(
    new DeleteObjectCommand({
      Bucket: vault,
      Key: held.key,
      VersionId: held.versionId,
      BypassGovernanceRetention: true,
    }),
  );

const shortenRetention = ({ s3 }: Hands, { vault, held, organization }: Aftermath): Promise<unknown> =>
  s3.send(
    new PutObjectRetentionCommand({
      Bucket: vault,
      Key: held.key,
      BypassGovernanceRetention: true,
      Retention: {
        Mode: 'GOVERNANCE',
        RetainUntilDate: new Date(organization.timeline.now() + 86_400_000),
      },
    }),
  );

const copies = (as: Who): readonly Attack[] =>
  refused({ as, code: 'UnauthorizedOperation', saying: SAYING.serviceControl }, [
    ['unlocks a copy', ({ ec2 }, { copyId }) => ec2.send(new UnlockSnapshotCommand({ SnapshotId: copyId }))],
    ['deletes a copy', ({ ec2 }, { copyId }) => ec2.send(new DeleteSnapshotCommand({ SnapshotId: copyId }))],
    [
      'publishes a copy',
      ({ ec2 }, { copyId }) =>
        ec2.send(
          new ModifySnapshotAttributeCommand({
            SnapshotId: copyId,
            OperationType: 'add',
            GroupNames: ['all'],
          }),
        ),
    ],
    [
      'shares a copy with a stranger',
      ({ ec2 }, { copyId }) =>
        ec2.send(
          new ModifySnapshotAttributeCommand({
            SnapshotId: copyId,
            CreateVolumePermission: { Add: [{ UserId: '999900001111' }] },
          }),
        ),
    ],
    [
      'locks a copy for a day in place of its months',
      ({ ec2 }, { copyId }) =>
        ec2.send(new LockSnapshotCommand({ SnapshotId: copyId, LockMode: 'governance', LockDuration: 1 })),
    ],
    [
      'locks a copy in a mode that nobody can take back',
      ({ ec2 }, { copyId }) =>
        ec2.send(
          new LockSnapshotCommand({ SnapshotId: copyId, LockMode: 'compliance', LockDuration: 36_500 }),
        ),
    ],
  ]);

const vault = (as: Who): readonly Attack[] => [
  ...refused({ as, code: 'AccessDenied', saying: SAYING.resource }, [
    ['reads an object of the vault', getObject],
    ['writes an object into the vault', putObject],
    ['writes over an object of the vault', overwrite],
    ['shortens how long an object is held', shortenRetention],
  ]),
  ...refused({ as, code: 'AccessDenied', saying: SAYING.resourceOrItsControl }, [
    ['deletes an object of the vault', deleteObject],
    ['deletes a version of an object for good, past its lock', deleteVersion],
  ]),
  // To the owner's root user a bucket's own policy could not refuse these two; a control policy can.
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
  ...refused({ as, code: 'AccessDenied', saying: SAYING.resourceOrItsControl }, [
    [
      'opens the vault by its policy',
      ({ s3 }, { vault: Bucket, accounts }) =>
        s3.send(
          new PutBucketPolicyCommand({
            Bucket,
            Policy: openTo(accounts.evidence, 's3:*', `arn:aws:s3:::${Bucket}/*`),
          }),
        ),
    ],
    [
      'takes the policy off the vault',
      ({ s3 }, { vault: Bucket }) => s3.send(new DeleteBucketPolicyCommand({ Bucket })),
    ],
  ]),
];

const BY_KMS = { code: 'AccessDeniedException' } as const;

const keyAttacks = (as: Who, key: 'custody' | 'evidence'): readonly Attack[] => {
  const clientAndKey = ({ kms, kmsAtHome }: Hands, on: Aftermath) =>
    key === 'custody' ? ([kmsAtHome, on.custodyKeyArn] as const) : ([kms, on.evidenceKeyArn] as const);
  return [
    ...refused({ as, ...BY_KMS, saying: SAYING.resourceOrItsControl }, [
      [
        `disables the ${key} key`,
        (by, on) => {
          const [client, KeyId] = clientAndKey(by, on);
          return client.send(new DisableKeyCommand({ KeyId }));
        },
      ],
      [
        `has the ${key} key deleted in a week`,
        (by, on) => {
          const [client, KeyId] = clientAndKey(by, on);
          return client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
        },
      ],
      [
        `gives the ${key} key a policy that lets everyone of the account`,
        (by, on) => {
          const [client, KeyId] = clientAndKey(by, on);
          const Policy = openTo(on.accounts.evidence, 'kms:*', '*');
          return client.send(new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy }));
        },
      ],
    ]),
    ...refused(
      { as, ...BY_KMS, saying: /because no resource-based policy allows the kms:CreateGrant action$/ },
      [
        [
          `grants itself the ${key} key`,
          (by, on) => {
            const [client, KeyId] = clientAndKey(by, on);
            return client.send(
              new CreateGrantCommand({
                KeyId,
                GranteePrincipal: `arn:aws:iam::${on.accounts.evidence}:root`,
                Operations: key === 'custody' ? ['Sign'] : ['Decrypt'],
              }),
            );
          },
        ],
      ],
    ),
  ];
};

const of = (as: Who): readonly Attack[] => [
  ...copies(as),
  ...vault(as),
  ...keyAttacks(as, 'custody'),
  ...keyAttacks(as, 'evidence'),
  ...refused({ as, ...BY_KMS, saying: SAYING.resource }, [['signs an entry of custody', sign]]),
];

/** What an attacker tries who became administrator of the evidence account, or its root user. */
export const attacksOfEvidence: readonly Attack[] = [
  ...of('the administrator of the evidence account'),
  ...of('the root user of the evidence account'),
];
