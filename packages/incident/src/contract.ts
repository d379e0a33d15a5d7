/**
 * The one place where names are fixed that accounts meet by: roles, key aliases, buckets, tags, functions. No account
 * refers to another's stack; each knows these names. (DESIGN section 1.)
 */

/** Duties in member accounts; each is a role of its own, and no principal holds two. */
export const MEMBER_DUTIES = [
  'inspect',
  'contain',
  'revoke',
  'acquire',
  'release',
  'replace',
  'capture',
  'read-source',
] as const;
/** A right to act in another account. custodian, hasher: evidence account; examiner: forensics account. */
export const DUTIES = [...MEMBER_DUTIES, 'custodian', 'hasher', 'disposer', 'examiner'] as const;
/** One of `DUTIES`. */
export type Duty = (typeof DUTIES)[number];

/** Path of every IAM resource of ours; guardrails protect the path as a whole. */
export const IAM_PATH = '/cordon/';

/** Name of a duty's role. */
export const dutyRoleName = (duty: Duty): string => `cordon-${duty}`;

/** ARN of a duty's role in an account. */
export const dutyRoleArn = (partition: string, account: string, duty: Duty): string =>
  `arn:${partition}:iam::${account}:role${IAM_PATH}${dutyRoleName(duty)}`;

/** The functions of the security account, by the step that each performs. */
export const STEPS = [
  'intake',
  'inspect',
  'protect',
  'freeze',
  'isolate-network',
  'revoke-credentials',
  'trace-sessions',
  'open-path',
  'close-openings',
  'verify-containment',
  'capture-memory',
  'stop',
  'replace',
  'hand-over',
  'take-custody',
  'hash-blocks',
  'investigate',
  'end-machines',
  'seal',
  'release',
  'lift-due',
  'watch',
] as const;
/** One of `STEPS`. */
export type StepName = (typeof STEPS)[number];

/** Which duty a step's function may assume, if any: its only one. */
export const STEP_DUTY: Readonly<Record<StepName, Duty | undefined>> = {
  intake: undefined,
  inspect: 'inspect',
  protect: 'contain',
  freeze: 'acquire',
  'isolate-network': 'contain',
  'revoke-credentials': 'revoke',
  'trace-sessions': 'inspect',
  'open-path': 'contain',
  'close-openings': 'contain',
  'verify-containment': 'inspect',
  'capture-memory': 'capture',
  stop: 'contain',
  replace: 'replace',
  'hand-over': 'acquire',
  'take-custody': 'custodian',
  // It asks the block hasher of the snapshots' Region, which alone may act as `hasher` and `read-source` (ADR 0017).
  'hash-blocks': undefined,
  investigate: 'examiner',
  'end-machines': 'examiner',
  seal: undefined,
  release: 'release',
  'lift-due': 'release',
  watch: 'inspect',
};

/** The steps that the workflow calls, in its order; the others are called by a queue, a person or a schedule. */
export const WORKFLOW_STEPS = STEPS.filter(
  (step) => !['intake', 'release', 'lift-due', 'watch', 'end-machines'].includes(step),
);

/** Name of a step's function and, with the same name, of its execution role. */
export const functionName = (step: StepName): string => `cordon-${step}`;

/** ARN of the execution role of a step's function in the security account. */
export const functionRoleArn = (partition: string, securityAccount: string, step: StepName): string =>
  `arn:${partition}:iam::${securityAccount}:role${IAM_PATH}${functionName(step)}`;

/** The function of the step `release`, by which a named person lifts containment. */
export const RELEASE_FUNCTION_NAME = 'cordon-release';
/** The function through which people approve, contain and release; it alone may invoke the function of `release`. */
export const OPERATOR_FUNCTION_NAME = 'cordon-operator';

/** What waits for a person, with the task tokens; the operator function alone reads and writes it. */
export const APPROVALS_TABLE_NAME = 'cordon-approvals';

/** ARN of the operator function's role in the security account. */
export const operatorRoleArn = (partition: string, securityAccount: string): string =>
  `arn:${partition}:iam::${securityAccount}:role${IAM_PATH}${OPERATOR_FUNCTION_NAME}`;

/** The function, and its role, that reads blocks of snapshots: in the evidence account, in every Region, so that no block leaves its own. */
export const BLOCK_HASHER_FUNCTION_NAME = 'cordon-block-hasher';

/** Accounts whose functions act as duties. */
export interface PerformingAccounts {
  readonly security: string;
  readonly evidence: string;
}

/** The function, and its role, that destroys evidence which two people gave up: where the deployment has disposers. */
export const DISPOSER_FUNCTION_NAME = 'cordon-evidence-disposer';

/** Duties that the block hasher acts as, and nobody else: to read what the evidence account holds or is lent, and a source where it lies. */
export const BLOCK_HASHER_DUTIES: readonly Duty[] = ['hasher', 'read-source'];

/** The function of the evidence account that performs a duty, where one does. */
const performerInEvidence = (duty: Duty): string | undefined =>
  BLOCK_HASHER_DUTIES.includes(duty)
    ? BLOCK_HASHER_FUNCTION_NAME
    : duty === 'disposer'
      ? DISPOSER_FUNCTION_NAME
      : undefined;

/** The account in which a duty's performers are. */
export const performingAccount = (duty: Duty, { security, evidence }: PerformingAccounts): string =>
  performerInEvidence(duty) === undefined ? security : evidence;

/** ARNs of the roles that may act as a duty, and nobody else: of steps in the security account, of the block hasher and of the disposer. */
export const dutyPerformers = (
  partition: string,
  accounts: PerformingAccounts,
  duty: Duty,
): readonly string[] =>
  performerInEvidence(duty) !== undefined
    ? [`arn:${partition}:iam::${accounts.evidence}:role${IAM_PATH}${performerInEvidence(duty)}`]
    : STEPS.filter((step) => STEP_DUTY[step] === duty).map((step) =>
        functionRoleArn(partition, accounts.security, step),
      );

/** Name of the error with which inspect refuses an execution that is not an incident's own; the workflow ends there. */
export const FORGED_START = 'ForgedStart';

/** Session tag that every duty's session carries: the incident's id. */
export const INCIDENT_SESSION_TAG = 'incident';

/** Role of forensic staff in the evidence account: reads custody and evidence, and changes nothing. */
export const EVIDENCE_READER_ROLE_NAME = 'cordon-evidence-reader';

/** The function of the evidence account that people ask for access and holds; it alone takes the role of forensic staff. */
export const EVIDENCE_DESK_FUNCTION_NAME = 'cordon-evidence-desk';
/** The recorder's second entrance, which the desk alone may use: what happens to evidence after its seal. */
export const KEEPER_FUNCTION_NAME = 'cordon-keeper';
/** The function that looks at kept evidence once a day: lengthens locks, and archives. */
export const ARCHIVIST_FUNCTION_NAME = 'cordon-archivist';

/** The recorder's third entrance: reads of evidence that CloudTrail tells of, which its queue alone brings. */
export const READ_WATCH_FUNCTION_NAME = 'cordon-read-watch';
/** Trail of the evidence account: who read, and who tried to. */
export const READ_TRAIL_NAME = 'cordon-reads';
/** Bucket of that trail. */
export const trailBucketName = (evidenceAccount: string): string => `cordon-trail-${evidenceAccount}`;
/** Bus and queue of the evidence account's home Region that reads of all Regions reach, and the beginning of the rules' names. */
export const READS_NAME = 'cordon-reads';
/** Reads that could not be told, for a person. */
export const READS_SET_ASIDE_QUEUE_NAME = 'cordon-reads-set-aside';

/** The recorder's fourth entrance, which the clock alone calls: recordings of sessions on forensic machines, carried into the vault. */
export const SESSION_WATCH_FUNCTION_NAME = 'cordon-session-watch';
/** Role of the forensics account by which it sees sessions and reads their recordings; the recorder alone takes it. */
export const SESSION_READER_ROLE_NAME = 'cordon-session-reader';

/** Name of the role that people use when nothing else may: it alone can change what protects evidence. Not made by Cordon. */
export const BREAK_GLASS_ROLE_NAME = 'break-glass';

/** Role and instance profile that a contained instance gets: the agent channel and nothing else. */
export const QUARANTINE_PROFILE_NAME = 'cordon-quarantine';
/** The one managed policy that the session deny attaches; inline ones are named after it. */
export const SESSION_DENY_POLICY_NAME = 'cordon-deny-contained-sessions';
/**
 * Name of the inline policy that denies one instance's sessions: one for each instance, so that no incident overwrites
 * another's. IAM takes 128 characters. https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
 */
export const sessionDenyPolicyName = (instanceId: string): string =>
  `${SESSION_DENY_POLICY_NAME}-${instanceId}`;
/** Name of the inline policy that denies one session of a role, which a contained instance assumed; `id` stands for the session. */
export const chainedDenyPolicyName = (instanceId: string, id: string): string =>
  `${sessionDenyPolicyName(instanceId)}-${id}`;
/** Tag keys on a role that name the contained instances whose sessions the deny hits; several may share a role. */
export const SESSION_DENY_TAG_KEYS = [
  'cordon-contained-1',
  'cordon-contained-2',
  'cordon-contained-3',
  'cordon-contained-4',
] as const;
/** Name of the isolation group; one per VPC, without a rule. */
export const ISOLATION_GROUP_NAME = 'cordon-isolation';
/** The partition of the incident table that lists snapshots which stay in a member until their lock has ended. */
export const LOCKED_SOURCES = 'locked-sources';

/** For what an interface is opened for a bounded time (ADR 0013). */
export const OPENINGS = ['untracking', 'management-path'] as const;
/** For what an interface is opened; also the value of the isolation tag on the group that opens it: no isolation group, and guarded like one. */
export type OpeningKind = (typeof OPENINGS)[number];
/**
 * The function that opens runs no longer than this, and opens nothing that is due sooner: so nothing of ours is still about to open when the
 * closing comes.
 */
export const OPEN_PATH_SECONDS = 50;
/** Name of the group that opens one interface for one plan; gone once it is closed again. */
export const openingGroupName = (
  kind: OpeningKind,
  { incidentId, revision }: { readonly incidentId: string; readonly revision: number },
  networkInterfaceId: string,
): string => `cordon-${kind}-${incidentId}-${revision}-${networkInterfaceId}`;

/** Tag keys of ours. */
export const TAGS = {
  /** Incident that a resource belongs to. */
  incident: 'cordon:incident',
  /** Set at creation on snapshots that may be deleted once their evidence copy is locked; no role can add it later. */
  intermediate: 'cordon:intermediate',
  /** Volume in the member account that a snapshot was taken from. */
  sourceVolume: 'cordon:source-volume',
  /** On an isolation group: the only groups that the contain duty may put an interface into. */
  isolation: 'cordon:isolation',
  /** Which hop of its way a snapshot is: `freeze` or `memory`, `transit`, `evidence`; `image` where it belongs to an image; `capture` on a volume that takes a memory image; `results` on what an examination put out. */
  hop: 'cordon:hop',
  /** `memory` on copies of what a capture, a crash or hibernation left of memory on a disk, `results` on that of an examination; absent on those of the freeze. */
  holds: 'cordon:holds',
  /** On the forensic machine and on volumes that were made for it: of which ledger, so that it is ended with all that is its own. */
  ledger: 'cordon:ledger',
  /** On an instance that was launched in a suspect's place, its volumes and interface: for which incident. It marks nothing as contained. */
  replaces: 'cordon:replaces',
  /** On an instance or an account: what rules of the policy may ask for; only break-glass, or the management account, writes it. */
  policy: 'cordon:policy',
} as const;

/** Aliases of keys. */
export const KEY_ALIASES = {
  /** Evidence account, per Region: what evidence copies are encrypted under. */
  evidence: 'alias/cordon-evidence',
  /** Evidence account, per Region: what a member re-encrypts to when its own key cannot leave the account. */
  transit: 'alias/cordon-transit',
  /** Evidence account, every Region but the home Region: contents of the Region's vault. */
  vault: 'alias/cordon-vault',
  /** Evidence account, home Region: signs custody entries; only the recorder may. */
  custody: 'alias/cordon-custody',
  /** Forensics account, per Region: working volumes. */
  forensics: 'alias/cordon-forensics',
  /** Forensics account, per Region: sessions on forensic machines, on their way and as recorded. */
  sessions: 'alias/cordon-sessions',
} as const;

/** The recorder: the only function that may write into the vault and sign custody. */
export const RECORDER_FUNCTION_NAME = 'cordon-recorder';
/** Documents of Systems Manager that capture memory, by platform, in every Region of a member account. */
export const MEMORY_DOCUMENT_NAMES = {
  Linux: 'cordon-capture-memory-linux',
  Windows: 'cordon-capture-memory-windows',
  /** To the landing bucket. */
  LinuxLanding: 'cordon-capture-memory-linux-landing',
  WindowsLanding: 'cordon-capture-memory-windows-landing',
} as const;
/** Documents of Systems Manager by which a host says what it is doing, by platform, in every Region of a member account. */
export const LIVE_DOCUMENT_NAMES = {
  Linux: 'cordon-live-response-linux',
  Windows: 'cordon-live-response-windows',
} as const;
/**
 * Bucket of a Region that holds the pinned tools, each under its own SHA-256 in hex: a gateway endpoint reaches buckets of its own Region
 * alone. https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
 */
export const toolsBucketName = (securityAccount: string, region: string): string =>
  `cordon-tools-${securityAccount}-${region}`;
/**
 * Bucket of a Region to which a host sends its memory where no volume can take it: without retention, for it is carried into the vault and
 * deleted. Of a Region for the reason of the tools.
 */
export const landingBucketName = (securityAccount: string, region: string): string =>
  `cordon-landing-${securityAccount}-${region}`;
/** Vault bucket of the home Region: global names, so the evidence account's id is part of it. */
export const vaultBucketName = (evidenceAccount: string): string => `cordon-vault-${evidenceAccount}`;
/** Vault bucket of another Region, for contents of its incidents (ADR 0025). */
export const regionVaultBucketName = (evidenceAccount: string, region: string): string =>
  `${vaultBucketName(evidenceAccount)}-${region}`;
/** The vaults of all Regions as one ARN of objects, or of buckets: of the home Region's, and of any other's. */
export const vaultArns = (partition: string, evidenceAccount: string): readonly [string, string] => [
  `arn:${partition}:s3:::${vaultBucketName(evidenceAccount)}`,
  `arn:${partition}:s3:::${regionVaultBucketName(evidenceAccount, '*')}`,
];
/** Partition of the incident table that lists forensic machines, and until when each is there. */
export const MACHINES = 'machines';
/** Incident table in the security account's home Region. */
export const INCIDENT_TABLE_NAME = 'cordon-incidents';
/** Bus of the home Region that the Regions' findings reach and that phase events are put on. */
export const BUS_NAME = 'cordon';
/** Bus of the home Region that members' changes reach; findings and phase events never are on it. */
export const CHANGES_BUS_NAME = 'cordon-changes';
/** Changes on their way to the watch. */
export const CHANGES_QUEUE_NAME = 'cordon-changes';
/** Rules of a member's Regions, and the role by which they send: all begin so. */
export const CHANGES_RULE_NAME = 'cordon-changes';
/** Role of a member by which its rules put changes on the bus. */
export const FORWARD_CHANGES_ROLE_NAME = 'cordon-forward-changes';
/** Findings on their way to intake. */
export const FINDINGS_QUEUE_NAME = 'cordon-findings';
/** Findings that were set aside, each with its reason. */
export const SET_ASIDE_QUEUE_NAME = 'cordon-findings-set-aside';
/** Alarms of the evidence account that arrived at the home Region's bus. */
export const ALARMS_QUEUE_NAME = 'cordon-evidence-alarms';
/** People. */
export const TOPIC_NAME = 'cordon-notifications';
/** The function, and its role, that sends people's messages on; where the deployment wants a way that needs it. */
export const NOTIFIER_FUNCTION_NAME = 'cordon-notifier';
/** Messages that Amazon Q Developer renders in chats. */
export const CHAT_TOPIC_NAME = 'cordon-chat';
/** A way that the notifier sends by. */
export type NoticeWay = 'chat' | 'webhook' | 'security-hub';
/** Messages on their way to people, one queue for each way, so that one that is broken holds none of the others up. */
export const noticeQueueName = (way: NoticeWay): string => `cordon-notices-${way}`;
/** Messages that could not be sent, for a person. */
export const UNDELIVERED_NOTICES_QUEUE_NAME = 'cordon-notices-undelivered';
/** The workflow. */
export const STATE_MACHINE_NAME = 'cordon-incident-response';
/** Launch template of the forensic machine, per Region of the forensics account. */
export const FORENSIC_LAUNCH_TEMPLATE_NAME = 'cordon-forensic-machine';
/** Parameter of Systems Manager in the forensics account, in each Region, that names an image of one's own (docs/forensic-machine.md). */
export const FORENSIC_IMAGE_PARAMETER = '/cordon/forensic-image';
/** Document by which people start sessions on forensic machines, per Region: what they type and see is recorded. */
export const SESSION_DOCUMENT_NAME = 'cordon-session';
/** Log group of the forensics account, per Region, that these sessions are recorded in. */
export const SESSION_LOG_GROUP_NAME = '/cordon/sessions';
/** Role and instance profile of the forensic machine. */
export const FORENSIC_MACHINE_ROLE_NAME = 'cordon-forensic-machine';
/** Source and detail types of the events that Cordon puts on its bus. */
export const EVENT_SOURCE = 'cordon';
