import { KEY_ALIASES } from '@cordon/incident';
import { ELSEWHERE as OTHER_REGION, HOME, type AccountName, type Who } from '../cast.ts';
import { keyNamed, type NamedKey } from '../key-named.ts';
import type { PowerCase } from '../power-case.ts';

interface GuardedKey extends NamedKey {
  readonly what: string;
  /** KMS does not rotate asymmetric keys. https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html */
  readonly rotates: boolean;
}

const EVIDENCE = { account: 'evidence', of: KEY_ALIASES.evidence, what: 'the key of evidence' } as const;
const TRANSIT = { account: 'evidence', of: KEY_ALIASES.transit, what: 'the transit key' } as const;
const CUSTODY = { account: 'evidence', of: KEY_ALIASES.custody, what: 'the custody key' } as const;
const SESSIONS = { account: 'forensics', of: KEY_ALIASES.sessions, what: 'the key of sessions' } as const;
const WORKING = { account: 'forensics', of: KEY_ALIASES.forensics, what: 'the working key' } as const;

const KEYS: readonly GuardedKey[] = [
  { ...EVIDENCE, rotates: true },
  { ...TRANSIT, rotates: true },
  { ...CUSTODY, rotates: false },
  { ...WORKING, rotates: true },
  { ...SESSIONS, rotates: true },
  { account: 'evidence', of: 'Cordon: objects of the vault', what: "the vault's key", rotates: true },
  {
    account: 'evidence',
    of: KEY_ALIASES.vault,
    region: OTHER_REGION,
    what: "the key of another Region's vault",
    rotates: true,
  },
];

const labelOf = ({ account, of }: NamedKey): string => `${account}/key ${of}`;

const ADMINISTRATION: readonly { readonly does: string; readonly action: string }[] = [
  { does: 'asks what is', action: 'kms:DescribeKey' },
  { does: 'reads the policy of', action: 'kms:GetKeyPolicy' },
  { does: 'asks whether KMS rotates', action: 'kms:GetKeyRotationStatus' },
  { does: 'lists who was granted', action: 'kms:ListGrants' },
  { does: 'gives a further name to', action: 'kms:CreateAlias' },
  { does: 'enables', action: 'kms:EnableKey' },
  { does: 'turns on the rotation of', action: 'kms:EnableKeyRotation' },
  { does: 'tags', action: 'kms:TagResource' },
  { does: 'takes a tag off', action: 'kms:UntagResource' },
  { does: 'describes anew', action: 'kms:UpdateKeyDescription' },
];

/** What ends the use of a key, or lets it be ended. */
const ENDS: readonly { readonly does: string; readonly action: string }[] = [
  { does: 'takes the name off', action: 'kms:DeleteAlias' },
  { does: 'disables', action: 'kms:DisableKey' },
  { does: 'changes the policy of', action: 'kms:PutKeyPolicy' },
  { does: 'has KMS delete', action: 'kms:ScheduleKeyDeletion' },
  { does: 'gives the name to another key in place of', action: 'kms:UpdateAlias' },
];

/** What an account's administrator would do with a key that its account may not use. */
const USES: readonly { readonly does: string; readonly action: string }[] = [
  { does: 'decrypts under', action: 'kms:Decrypt' },
  { does: 'makes data keys under', action: 'kms:GenerateDataKey' },
  { does: 'lets somebody use', action: 'kms:CreateGrant' },
  { does: 'takes the rotation off', action: 'kms:DisableKeyRotation' },
];

const administrationCases: readonly PowerCase[] = KEYS.flatMap((key): readonly PowerCase[] => {
  const { account, what, rotates } = key;
  const at = { on: keyNamed(key), region: key.region ?? HOME };
  const administrator = `administrator of ${account}` as const;
  return [
    ...ADMINISTRATION.filter(({ action }) => rotates || action !== 'kms:EnableKeyRotation').map(
      ({ does, action }): PowerCase => ({
        name: `the ${administrator} ${does} ${what}`,
        as: administrator,
        action,
        ...at,
        answer: 'allowed',
      }),
    ),
    ...ENDS.flatMap(({ does, action }): readonly PowerCase[] => [
      {
        name: `break-glass ${does} ${what}`,
        as: `break-glass of ${account}`,
        action,
        ...at,
        answer: 'allowed',
      },
      ...([administrator, `root of ${account}`, `cdk of ${account}`] as const).map((as): PowerCase => ({
        name: `the ${as} ${does} ${what}`,
        as,
        action,
        ...at,
        answer: { deniedBy: [`${labelOf(key)}/NobodyElseMayEnd`] },
      })),
    ]),
    // People come to a channel by policies of their account.
    ...USES.filter(({ action }) => action !== 'kms:GenerateDataKey' || key.of !== KEY_ALIASES.sessions).map(
      ({ does, action }): PowerCase => ({
        name: `the ${administrator} ${does} ${what}, which the account administers and may not use`,
        as: administrator,
        action,
        ...at,
        answer: { notAllowedBy: 'resource' },
      }),
    ),
  ];
});

const THROUGH_EC2 = { 'kms:ViaService': `ec2.${HOME}.amazonaws.com` };
const TO_AWS = { 'kms:GrantIsForAWSResource': 'true' };
const ELSEWHERE = { 'aws:PrincipalOrgID': 'o-elsewhere1' };

/** Who uses a key through EC2, written out once more. */
const THROUGH: readonly {
  readonly key: NamedKey & { readonly what: string };
  readonly as: Who;
  readonly from: AccountName;
  /** In the same account or another, and each may do everything there. */
  readonly others: readonly Who[];
}[] = [
  {
    key: EVIDENCE,
    as: 'custodian',
    from: 'evidence',
    others: ['administrator of evidence', 'break-glass of evidence', 'recorder', 'evidence reader'],
  },
  {
    key: EVIDENCE,
    as: 'examiner',
    from: 'forensics',
    others: ['administrator of forensics', 'forensics analyst', 'administrator of member', 'acquire'],
  },
  {
    key: TRANSIT,
    as: 'custodian',
    from: 'evidence',
    others: ['administrator of evidence', 'break-glass of evidence', 'recorder', 'evidence reader'],
  },
  {
    key: TRANSIT,
    as: 'acquire',
    from: 'member',
    others: [
      'administrator of member',
      'workload',
      'inspect',
      'contain',
      'revoke',
      'release',
      'administrator of forensics',
      'examiner',
    ],
  },
  {
    key: WORKING,
    as: 'examiner',
    from: 'forensics',
    others: ['administrator of forensics', 'forensics analyst'],
  },
  // What an examination put out is copied from under it.
  {
    key: WORKING,
    as: 'custodian',
    from: 'evidence',
    others: ['administrator of evidence', 'recorder', 'evidence reader', 'administrator of member'],
  },
];

const throughCases: readonly PowerCase[] = THROUGH.flatMap(
  ({ key, as, from, others }): readonly PowerCase[] => {
    const at = { on: keyNamed(key), owner: key.account };
    const use = { ...at, action: 'kms:Decrypt', given: THROUGH_EC2 };
    const grant = { ...at, action: 'kms:CreateGrant', given: { ...THROUGH_EC2, ...TO_AWS } };
    const refused = { notAllowedBy: from === key.account ? 'resource' : 'cross-account' } as const;
    const open = { alone: 'resource', answer: refused } as const;
    const badly = `${as}, whose role somebody gave everything,`;
    return [
      { ...use, as, name: `the ${as} uses ${key.what} through EC2`, answer: 'allowed' },
      { ...grant, as, name: `the ${as} lets EC2 itself use ${key.what}`, answer: 'allowed' },
      { ...use, ...open, as, given: {}, name: `the ${badly} decrypts under ${key.what} itself` },
      {
        ...use,
        ...open,
        as,
        given: { 'kms:ViaService': `s3.${HOME}.amazonaws.com` },
        name: `the ${badly} uses ${key.what} through S3`,
      },
      { ...grant, ...open, as, given: TO_AWS, name: `the ${badly} grants the use of ${key.what} itself` },
      {
        ...grant,
        ...open,
        as,
        given: { ...THROUGH_EC2, 'kms:GrantIsForAWSResource': 'false' },
        name: `the ${badly} lets somebody who is not AWS use ${key.what}`,
      },
      ...([use, grant] as const).flatMap((one): readonly PowerCase[] => [
        {
          ...one,
          ...open,
          as,
          given: { ...one.given, ...ELSEWHERE },
          guardrails: 'off',
          name: `the ${as} asks for ${one.action} of ${key.what} after its account left the organization`,
        },
        ...others.map((other): PowerCase => ({
          ...one,
          ...open,
          as: other,
          name: `the ${other}, in place of the ${as} and allowed everything, asks for ${one.action} of ${key.what}`,
        })),
      ]),
    ];
  },
);

const SIGN = { on: keyNamed(CUSTODY), action: 'kms:Sign' };

const custodyCases: readonly PowerCase[] = [
  { ...SIGN, name: 'the recorder signs a custody entry', as: 'recorder', answer: 'allowed' },
  ...(
    [
      'administrator of evidence',
      'root of evidence',
      'break-glass of evidence',
      'custodian',
      'evidence reader',
    ] as const
  ).map((as): PowerCase => ({
    ...SIGN,
    name: `the ${as} signs a custody entry, to forge what happened`,
    as,
    answer: { deniedBy: [`${labelOf(CUSTODY)}/NobodyElseSigns`] },
  })),
  ...(
    [
      { as: 'recorder', who: 'the recorder' },
      { as: 'evidence reader', who: 'forensic staff' },
    ] as const
  ).map(({ as, who }): PowerCase => ({
    name: `${who} fetches the public key that custody is verified with`,
    as,
    action: 'kms:GetPublicKey',
    on: keyNamed(CUSTODY),
    answer: 'allowed',
  })),
  {
    name: 'the administrator of evidence fetches the public key of custody, which is for the recorder and staff',
    as: 'administrator of evidence',
    action: 'kms:GetPublicKey',
    on: keyNamed(CUSTODY),
    answer: { notAllowedBy: 'resource' },
  },
];

/** What keys of the evidence and the forensics account let be done, and by whom; none may be ended but by break-glass. */
export const evidenceKeyCases: readonly PowerCase[] = [
  ...administrationCases,
  ...throughCases,
  ...custodyCases,
];
