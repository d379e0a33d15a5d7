import {
  AssociateIamInstanceProfileCommand,
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DetachVolumeCommand,
  DisassociateIamInstanceProfileCommand,
  ModifyInstanceAttributeCommand,
  ModifyNetworkInterfaceAttributeCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  BREAK_GLASS_ROLE_NAME,
  dutyRoleName,
  IAM_PATH,
  MEMBER_DUTIES,
  QUARANTINE_PROFILE_NAME,
  SESSION_DENY_TAG_KEYS,
  TAGS,
} from '@cordon/incident';
import { sessionDenyArn } from './aftermath.ts';
import { refused, SAYING, type Attack } from './attack.ts';

const EVERYWHERE = [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }];
const everything = (more: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', ...more }] });
const ALLOW = everything({ Resource: '*' });
const trusting = (account: string): string =>
  everything({ Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${account}:root` } });

const BY_EC2 = { code: 'UnauthorizedOperation', saying: SAYING.serviceControl } as const;
const BY_IAM = { code: 'AccessDenied', saying: SAYING.serviceControl } as const;
const ADMINISTRATOR = 'the administrator of the member' as const;

/** What would end the contained instance, open it, or give it its role back. */
const instance: readonly Attack[] = refused({ as: ADMINISTRATOR, ...BY_EC2 }, [
  [
    'ends the contained instance',
    ({ ec2 }, { suspect }) => ec2.send(new TerminateInstancesCommand({ InstanceIds: [suspect.instanceId] })),
  ],
  [
    'stops it',
    ({ ec2 }, { suspect }) => ec2.send(new StopInstancesCommand({ InstanceIds: [suspect.instanceId] })),
  ],
  [
    'starts it',
    ({ ec2 }, { suspect }) => ec2.send(new StartInstancesCommand({ InstanceIds: [suspect.instanceId] })),
  ],
  [
    'takes its protection against termination off',
    ({ ec2 }, { suspect }) =>
      ec2.send(
        new ModifyInstanceAttributeCommand({
          InstanceId: suspect.instanceId,
          DisableApiTermination: { Value: false },
        }),
      ),
  ],
  [
    'has a shutdown from within end it',
    ({ ec2 }, { suspect }) =>
      ec2.send(
        new ModifyInstanceAttributeCommand({
          InstanceId: suspect.instanceId,
          InstanceInitiatedShutdownBehavior: { Value: 'terminate' },
        }),
      ),
  ],
  [
    'opens its groups as an attribute of the instance',
    ({ ec2 }, { suspect, openGroupId }) =>
      ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: suspect.instanceId, Groups: [openGroupId] })),
  ],
  [
    'puts its interface back into the group of the workload',
    ({ ec2 }, { interfaceId, openGroupId }) =>
      ec2.send(
        new ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: interfaceId,
          Groups: [openGroupId],
        }),
      ),
  ],
  [
    'puts that group beside the isolation group',
    ({ ec2 }, { interfaceId, isolationGroupId, openGroupId }) =>
      ec2.send(
        new ModifyNetworkInterfaceAttributeCommand({
          NetworkInterfaceId: interfaceId,
          Groups: [isolationGroupId, openGroupId],
        }),
      ),
  ],
  [
    'takes a disk off it',
    ({ ec2 }, { suspect }) =>
      ec2.send(
        new DetachVolumeCommand({
          InstanceId: suspect.instanceId,
          VolumeId: suspect.volumes[0]?.volumeId,
          Force: true,
        }),
      ),
  ],
  [
    'gives it its old profile',
    ({ ec2 }, { suspect, profileName }) =>
      ec2.send(
        new AssociateIamInstanceProfileCommand({
          InstanceId: suspect.instanceId,
          IamInstanceProfile: { Name: profileName },
        }),
      ),
  ],
  [
    'puts its old profile in the place of the quarantine profile',
    ({ ec2 }, { associationId, profileName }) =>
      ec2.send(
        new ReplaceIamInstanceProfileAssociationCommand({
          AssociationId: associationId,
          IamInstanceProfile: { Name: profileName },
        }),
      ),
  ],
  [
    'takes the quarantine profile off',
    ({ ec2 }, { associationId }) =>
      ec2.send(new DisassociateIamInstanceProfileCommand({ AssociationId: associationId })),
  ],
]);

/** What would open the isolation group, or make ours look like somebody else's. */
const groupAndTags: readonly Attack[] = refused({ as: ADMINISTRATOR, ...BY_EC2 }, [
  [
    'opens the isolation group outwards',
    ({ ec2 }, { isolationGroupId }) =>
      ec2.send(
        new AuthorizeSecurityGroupEgressCommand({ GroupId: isolationGroupId, IpPermissions: EVERYWHERE }),
      ),
  ],
  [
    'opens the isolation group inwards',
    ({ ec2 }, { isolationGroupId }) =>
      ec2.send(
        new AuthorizeSecurityGroupIngressCommand({ GroupId: isolationGroupId, IpPermissions: EVERYWHERE }),
      ),
  ],
  [
    'deletes the isolation group',
    ({ ec2 }, { isolationGroupId }) =>
      ec2.send(new DeleteSecurityGroupCommand({ GroupId: isolationGroupId })),
  ],
  [
    'takes the mark off the instance',
    ({ ec2 }, { suspect }) =>
      ec2.send(new DeleteTagsCommand({ Resources: [suspect.instanceId], Tags: [{ Key: TAGS.incident }] })),
  ],
  [
    'takes the mark off the interface',
    ({ ec2 }, { interfaceId }) =>
      ec2.send(new DeleteTagsCommand({ Resources: [interfaceId], Tags: [{ Key: TAGS.incident }] })),
  ],
  [
    'takes the mark off the isolation group',
    ({ ec2 }, { isolationGroupId }) =>
      ec2.send(new DeleteTagsCommand({ Resources: [isolationGroupId], Tags: [{ Key: TAGS.isolation }] })),
  ],
  [
    'takes the mark off the instance in another spelling',
    ({ ec2 }, { suspect }) =>
      ec2.send(
        new DeleteTagsCommand({ Resources: [suspect.instanceId], Tags: [{ Key: 'Cordon:Incident' }] }),
      ),
  ],
  [
    'takes all tags off the instance',
    ({ ec2 }, { suspect }) => ec2.send(new DeleteTagsCommand({ Resources: [suspect.instanceId] })),
  ],
  [
    'takes all tags off the interface',
    ({ ec2 }, { interfaceId }) => ec2.send(new DeleteTagsCommand({ Resources: [interfaceId] })),
  ],
  [
    'takes all tags off the isolation group',
    ({ ec2 }, { isolationGroupId }) => ec2.send(new DeleteTagsCommand({ Resources: [isolationGroupId] })),
  ],
  [
    'gives the instance the mark of another incident',
    ({ ec2 }, { suspect }) =>
      ec2.send(
        new CreateTagsCommand({
          Resources: [suspect.instanceId],
          Tags: [{ Key: TAGS.incident, Value: 'inc-another' }],
        }),
      ),
  ],
  [
    'marks a healthy instance as contained',
    ({ ec2 }, { siblingId }) =>
      ec2.send(
        new CreateTagsCommand({ Resources: [siblingId], Tags: [{ Key: TAGS.incident, Value: 'inc-mine' }] }),
      ),
  ],
  [
    'passes a group of its own off as one that isolates',
    ({ ec2 }, { openGroupId }) =>
      ec2.send(
        new CreateTagsCommand({ Resources: [openGroupId], Tags: [{ Key: TAGS.isolation, Value: 'true' }] }),
      ),
  ],
]);

/** What would lift the deny of the old sessions, whatever the roles behind it. */
const sessionDeny: readonly Attack[] = refused({ as: ADMINISTRATOR, ...BY_IAM }, [
  [
    'takes the deny of old sessions off the role',
    ({ iam }, { suspect }) =>
      iam.send(
        new DetachRolePolicyCommand({
          RoleName: suspect.roleName,
          PolicyArn: sessionDenyArn(suspect.account),
        }),
      ),
  ],
  [
    'takes the name of the contained instance off the role',
    ({ iam }, { suspect }) =>
      iam.send(new UntagRoleCommand({ RoleName: suspect.roleName, TagKeys: [SESSION_DENY_TAG_KEYS[0]] })),
  ],
  [
    'has the deny name another instance',
    ({ iam }, { suspect, siblingId }) =>
      iam.send(
        new TagRoleCommand({
          RoleName: suspect.roleName,
          Tags: [{ Key: SESSION_DENY_TAG_KEYS[0].toUpperCase(), Value: siblingId }],
        }),
      ),
  ],
]);

const roleAttacks = (name: string): readonly Attack[] =>
  refused({ as: ADMINISTRATOR, ...BY_IAM }, [
    [
      `writes a policy into ${name}`,
      ({ iam }) =>
        iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'more', PolicyDocument: ALLOW })),
    ],
    [
      `attaches a policy to ${name}`,
      ({ iam }, { suspect }) =>
        iam.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: sessionDenyArn(suspect.account) })),
    ],
    [
      `has ${name} trust its own account`,
      ({ iam }, { suspect }) =>
        iam.send(
          new UpdateAssumeRolePolicyCommand({
            RoleName: name,
            PolicyDocument: trusting(suspect.account),
          }),
        ),
    ],
  ]);

/** Roles of which the guardrails let one through by its name. */
const newRoles: readonly Attack[] = refused(
  { as: ADMINISTRATOR, ...BY_IAM },
  [
    { path: IAM_PATH, name: 'mine' },
    { path: '/', name: BREAK_GLASS_ROLE_NAME },
    { path: '/', name: 'stacksets-exec-0123456789abcdef' },
  ].map(({ path, name }) => [
    `makes the role ${path}${name}`,
    ({ iam }, { suspect }) =>
      iam.send(
        new CreateRoleCommand({
          RoleName: name,
          Path: path,
          AssumeRolePolicyDocument: trusting(suspect.account),
        }),
      ),
  ]),
);

/** The root user is no way around: service control policies bind it, too. */
const root: readonly Attack[] = [
  ...refused({ as: 'the root user of the member', ...BY_EC2 }, [
    [
      'ends the contained instance',
      ({ ec2 }, { suspect }) =>
        ec2.send(new TerminateInstancesCommand({ InstanceIds: [suspect.instanceId] })),
    ],
    [
      'puts its interface back into the group of the workload',
      ({ ec2 }, { interfaceId, openGroupId }) =>
        ec2.send(
          new ModifyNetworkInterfaceAttributeCommand({
            NetworkInterfaceId: interfaceId,
            Groups: [openGroupId],
          }),
        ),
    ],
    [
      'takes all tags off the instance',
      ({ ec2 }, { suspect }) => ec2.send(new DeleteTagsCommand({ Resources: [suspect.instanceId] })),
    ],
  ]),
  ...refused({ as: 'the root user of the member', ...BY_IAM }, [
    [
      'has the contain duty trust its own account',
      ({ iam }, { suspect }) =>
        iam.send(
          new UpdateAssumeRolePolicyCommand({
            RoleName: dutyRoleName('contain'),
            PolicyDocument: trusting(suspect.account),
          }),
        ),
    ],
  ]),
];

/** What an attacker tries who became administrator of the suspect's account, or its root user. */
export const attacksOfMember: readonly Attack[] = [
  ...instance,
  ...groupAndTags,
  ...sessionDeny,
  ...[...MEMBER_DUTIES.map(dutyRoleName), QUARANTINE_PROFILE_NAME].flatMap(roleAttacks),
  ...newRoles,
  ...root,
];
