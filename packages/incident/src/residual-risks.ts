import type { Containment, CordonConfig } from './config.ts';
import { sessionDenyPolicyName, TAGS } from './contract.ts';
import { PROTECTED_ROLE_PATHS } from './plan/session-deny.ts';
import type { KeyPath } from './workflow/key-routes.ts';

/** Something that a deployment's choice leaves open, however well the rest holds. */
export interface ResidualRisk {
  /** The setting and its value, such as `containment.sessionDeny=put-role-policy`. */
  readonly id: string;
  /** One paragraph for whoever reads the proofs of the policies. */
  readonly text: string;
}

const ofSessionDeny = ({ sessionDeny, boundAtRelease }: Containment): readonly ResidualRisk[] => {
  switch (sessionDeny) {
    case 'attach-fixed-policy':
      return boundAtRelease
        ? [
            {
              id: 'containment.boundAtRelease=true',
              text:
                'the release duty may write an inline policy into any role of a member account that is not under ' +
                `${PROTECTED_ROLE_PATHS.join(', ')}, and delete any of such a role. No IAM condition key sees a policy's content, nor its ` +
                'name, so a release session that was taken over could write an Allow into such a role instead of the bounded deny. The ' +
                'function of release is called by the operator function alone, and each session is narrowed to the one role whose ' +
                "sessions were denied; but whoever holds the function passes that policy and can pass a wider one. Alarm on CloudTrail's " +
                `PutRolePolicy by cordon-release whose document holds an Allow, and on any under another name than ${sessionDenyPolicyName('INSTANCE')}.`,
            },
          ]
        : [];
    case 'put-role-policy':
      return [
        {
          id: 'containment.sessionDeny=put-role-policy',
          text:
            'the revoke duty may write an inline policy into any role of a member account that is not under ' +
            `${PROTECTED_ROLE_PATHS.join(', ')}. No IAM condition key sees a policy's content, nor its name, so a ` +
            'revoke session that was taken over could write an Allow into such a role instead of the deny. Each ' +
            "session is narrowed to the one role behind the contained instance's profile, but whoever holds the " +
            'revoke function passes that policy and can pass a wider one. For the same reason the release duty, ' +
            'which bounds the deny by issue time, may write and delete any inline policy of such a role, a deny of yours too, and no guardrail keeps an administrator of ' +
            'the account from deleting the session deny. CloudTrail ' +
            'shows every PutRolePolicy with its document and every DeleteRolePolicy with its policy name; alarm on a write by ' +
            `cordon-revoke or cordon-release whose document holds an Allow, and on either by a role of ours under another name than ${sessionDenyPolicyName('INSTANCE')}.`,
        },
      ];
  }
};

const ofBeyondInstance = ({ beyondInstance }: Containment): readonly ResidualRisk[] =>
  beyondInstance
    .filter((technique) => technique === 'subnet-acl' || technique === 'route-table')
    .map((technique) => ({
      id: `containment.beyondInstance=${technique}`,
      text:
        `the contain duty may give any subnet of a member account any ${technique === 'subnet-acl' ? 'network ACL' : 'route table'} of its VPC: ` +
        'AWS does not say whether the one that the subnet leaves is asked for, so that no mark can be demanded of the new one. A contain session ' +
        'that was taken over could cut subnets, or undo such a cut; by this right it opens no security group. Leave the technique out of ' +
        '`beyondInstance` where the policy never uses it.',
    }));

const ofManagementPath = ({ beyondInstance }: Containment): readonly ResidualRisk[] =>
  beyondInstance.includes('management-path')
    ? [
        {
          id: 'containment.beyondInstance=management-path',
          text:
            'the contain duty may make a security group that carries the mark of its incident, write any egress rule into it, and put any ' +
            'interface of the account and Region into it: no IAM condition key sees what a rule says. A contain session that was taken over could ' +
            'thus let hosts out that nobody looks at. And while a path is kept, whoever is on the contained host reaches S3 and SSM as far as ' +
            "the endpoints' policies let; restrict these. Leave `management-path` out of `beyondInstance` where the policy never uses it.",
        },
      ]
    : [];

const ofDisposers = ({ disposers }: CordonConfig['evidence']): readonly ResidualRisk[] =>
  disposers.length === 0
    ? []
    : [
        {
          id: 'evidence.disposers',
          text:
            'the disposer duty may delete copies and objects of an incident. What is locked, retained or held EC2 and S3 keep from it, but for what keeps nothing any more ' +
            'they know of no two people: that is the rule of the keeper, and of the desk, which alone calls the function that takes the duty. Whoever deploys into the evidence account could ' +
            'change these functions, and then destroy evidence whose locks have ended, without a certificate. Ledgers and manifests nobody can delete, so that it would be seen that it is gone. ' +
            'Alarm on DeleteSnapshot and on DeleteObject of the vault by cordon-disposer that no entry of a ledger of keeping names.',
        },
      ];

const ofUntracking = ({ beyondInstance }: Containment): readonly ResidualRisk[] =>
  beyondInstance.includes('untracking')
    ? [
        {
          id: 'containment.beyondInstance=untracking',
          text:
            'the contain duty may make a security group that carries the mark of its incident, write any rule into it, and put any ' +
            'interface of the account and Region into it: no IAM condition key sees what a rule says, and interfaces carry no mark before ' +
            'the incident. A contain session that was taken over could thus open hosts for as long as nobody looks. It cannot add a rule to an ' +
            'isolation group or to a group of a workload. Leave `untracking` out of `beyondInstance` where the policy never uses it.',
        },
      ]
    : [];

const ofReplacement = ({ replacement }: Containment): readonly ResidualRisk[] => {
  if (replacement === undefined) return [];
  const { passRoles, imageOwners } = replacement;
  const roles =
    passRoles.length === 0
      ? 'without any role'
      : `with any role of the account that ${passRoles.join(', ')} names and that is not under ${PROTECTED_ROLE_PATHS.join(', ')}`;
  return [
    {
      id: 'containment.replacement',
      text:
        `the replace duty may launch instances in any member account, from any image of the account itself or of ${imageOwners.join(', ') || 'nobody else'}, ` +
        `with any user data, in any subnet, ${roles}. No IAM condition key sees user data, the age of an image or that an instance is alike another, ` +
        'nor how many are launched: what Cordon looks at before it launches (age, owner, digest of the user data, one for an incident) is in its function alone. ' +
        'A replace session that was taken over could run code of its own with those roles, read the user data of any instance, and have balancers send to any ' +
        `target. Each thing that it makes carries ${TAGS.replaces} with its incident: alarm on a launch by cordon-replace for which there is no incident. ` +
        'Name as few roles as the service needs, or leave `replacement` out.',
    },
  ];
};

const ofKeyPaths = ({ keyPaths }: CordonConfig['evidence']): readonly ResidualRisk[] =>
  keyPaths.map((path) => ({
    id: `evidence.keyPaths=${path}`,
    text: KEY_PATH_RISK[path],
  }));

const KEY_PATH_RISK: Readonly<Record<KeyPath, string>> = {
  'member-key':
    'the acquire duty may make KMS keys in any member account, with any policy: KMS knows no resource for that, and no condition key sees a policy. ' +
    'A key that it makes opens nothing that was there before, but each costs money, and one whose reply was lost stays until a person ends it: its ' +
    'description names the incident. An acquire session that was taken over could copy a frozen disk under a key of its own making; it could still ' +
    'share the copy with the evidence account alone.',
  grant:
    'the acquire duty may admit the custodian role of the evidence account, and nobody else, to any customer key of a member account that leaves ' +
    'grants to IAM: to read what lies under it, not only disks. The custodian may use a key through EC2 alone, and a grant is retired when its ' +
    'disk is in custody or the way failed; one whose function died stays until a person retires it: its name begins with cordon-.',
};

const ofImage = ({ image }: CordonConfig['evidence']): readonly ResidualRisk[] =>
  image
    ? [
        {
          id: 'evidence.image',
          text:
            'the acquire duty may make an image of an instance that carries its incident: no condition key says whether CreateImage reboots, so that an acquire ' +
            'session that was taken over could reboot contained hosts, and end what is in their memory. It can make an image of no other instance. The image and its ' +
            'snapshots stay in the member, where whoever administers the account can take the image away; nothing of ours deletes them, and they cost what ' +
            'snapshots cost. Leave `image` out where nobody needs one.',
        },
      ]
    : [];

const ofSourceLock = ({ sourceLock }: CordonConfig['evidence']): readonly ResidualRisk[] =>
  sourceLock !== 'off' && sourceLock.mode === 'compliance'
    ? [
        {
          id: 'evidence.sourceLock.mode=compliance',
          text:
            `nobody can delete the snapshots that the freeze makes in members before ${sourceLock.days} day(s) have passed since they completed, break-glass and the ` +
            'owner of the account included; they are paid for until then. Whoever finds the choice wrong waits.',
        },
      ]
    : [];

const ofMemory = ({ memory }: CordonConfig['evidence']): readonly ResidualRisk[] =>
  memory === undefined
    ? []
    : [
        {
          id: 'evidence.memory',
          text:
            'the capture duty may have the agent of an instance that carries its incident run the documents whose names begin with cordon-capture-memory-' +
            (memory.liveResponse === true
              ? ' (and cordon-live-response-linux and -windows, which take nothing)'
              : '') +
            ', as root, with ' +
            'a volume and a link of its choice. What they run is what lies under these names in the member account: the function compares it with what was ' +
            'deployed and pins its hash, but a capture session that was taken over, together with an administrator of that account who writes another document under ' +
            'the name, could run anything on contained hosts; such an administrator can do so without us. The link lets whoever is on the host read one tool for a ' +
            'quarter of an hour. Leave `evidence.memory` out where the policy never wants memory.',
        },
        ...(memory.landing === undefined
          ? []
          : [
              {
                id: 'evidence.memory.landing',
                text:
                  'whoever is on a suspect host, or may list commands in its account, can write up to 1,001 objects of 5 GB each into the landing bucket of the Region ' +
                  'while the links live, an hour at most: no signed link bounds a length that is not known beforehand. Nothing is written over, what is longer than a part is ' +
                  'not carried on, and all of it expires after three days; a capture function that was taken over could write and delete there too, and read no part. ' +
                  (memory.lime === undefined
                    ? ''
                    : 'A LiME module gives the memory to whoever asks first at a port of the host itself: a program there that is faster than ours, whoever runs it, reads all of it, ' +
                      'and the capture then fails. ') +
                  'Through the VPC endpoint data leaves a contained host that way, into a bucket of the security account. Leave `landing` out where a volume will do.',
              },
            ]),
      ];

const ofBlockHashes = ({ blockHashes }: CordonConfig['evidence']): readonly ResidualRisk[] =>
  blockHashes === undefined
    ? []
    : [
        {
          id: 'evidence.blockHashes',
          text:
            'the hasher duty of the evidence account may read every block of any evidence copy of its incident, and of any snapshot that is shared ' +
            'with the evidence account: no condition key sees the tags of a snapshot that is shared. A block hasher that was taken over could ' +
            'carry what it reads out of the account, for its function reaches the internet, and write false manifests for its incident, which only reading ' +
            'the snapshots again would show. A copy is kept and locked whatever it writes. Leave `blockHashes` out where nobody asks for a proof of each block.',
        },
        ...(blockHashes.fromMember
          ? [
              {
                id: 'evidence.blockHashes.fromMember',
                text:
                  'the read-source duty of members may read every block of the snapshots that its incident made there, and nothing else; for that ' +
                  'it may use through EC2 any key of a member account that leaves its use to IAM. A block hasher that was taken over could read the ' +
                  'frozen disks of open incidents before their copies are made. Leave `fromMember` out where AWS lets a share be read.',
              },
            ]
          : []),
      ];

const ofNotifications = ({ notifications }: Pick<CordonConfig, 'notifications'>): readonly ResidualRisk[] =>
  notifications?.securityHub === true
    ? [
        {
          id: 'notifications.securityHub',
          text:
            'the notifier may read every finding that Security Hub shows the security account, leave a note at any of them, and mark any as notified or resolved: ' +
            'findings have no resource of their own, and no condition key sees which is written. It can suppress none and change no severity. A notifier that was ' +
            'taken over could so hide findings from who looks in Security Hub alone; GuardDuty and our intake do not read it. Alarm on ' +
            'BatchUpdateFindings by cordon-notifier of findings that are not of GuardDuty. Leave `securityHub` out where nobody works there.',
        },
      ]
    : [];

/**
 * What the choices of this configuration leave open; empty when none does. Printed wherever proofs over the policies are
 * printed, for no proof over conditions can close it.
 */
export const residualRisks = ({
  containment,
  evidence,
  notifications,
}: Pick<CordonConfig, 'containment' | 'evidence' | 'notifications'>): readonly ResidualRisk[] => [
  ...ofSessionDeny(containment),
  ...ofBeyondInstance(containment),
  ...ofUntracking(containment),
  ...ofManagementPath(containment),
  ...ofReplacement(containment),
  ...ofKeyPaths(evidence),
  ...ofSourceLock(evidence),
  ...ofImage(evidence),
  ...ofMemory(evidence),
  ...ofBlockHashes(evidence),
  ...ofDisposers(evidence),
  ...ofNotifications({ notifications }),
];
