import * as z from 'zod';
import { FORENSIC_IMAGE_PARAMETER } from './contract.ts';
import { rolloutProblem, rolloutSettings } from './deployment/rollout-settings.ts';
import { dnsNameOf } from './finding/domains.ts';
import { accountId, region } from './ids.ts';
import { notificationSettings } from './notifications/settings.ts';
import { approverPattern } from './operator/approver-pattern.ts';
import { partitionOf, partitionProblem } from './partition.ts';
import { sessionDenyWay } from './plan/session-deny.ts';
import { readPolicy } from './policy/fallback.ts';
import { policySchema } from './policy/policy.ts';
import { hashingRight } from './workflow/hashing-pace.ts';
import { keyPath } from './workflow/key-routes.ts';

/** A technique that cuts neighbours too, or opens before it cuts. */
const beyondInstance = z.enum([
  'subnet-acl',
  'route-table',
  'internet-gateway',
  'untracking',
  'management-path',
]);
/** A technique that cuts neighbours too, or opens before it cuts. */
export type BeyondInstance = z.infer<typeof beyondInstance>;

/** A name of the organization's own, such as `example.com`. */
const ownDomain = z.string().transform((text, context) => {
  const name = dnsNameOf(text);
  if (name !== undefined) return name;
  context.addIssue({
    code: 'custom',
    message: 'want a DNS name of two labels or more, such as example.com, without an asterisk',
  });
  return z.NEVER;
});

/**
 * A role, by its path and name, that a replacement may be launched with; `*` at the end stands for any. Ours, AWS's own and those of
 * Identity Center are denied to the duty whatever is written here.
 */
const passedRole = z
  .string()
  .max(256)
  .regex(/^(?!cordon\/|aws-reserved\/|aws-service-role\/)[\w+=,.@-][\w+=,.@/-]*\*?$/);

/** A tool that reads memory, as it lies in the tools bucket of each Region under its own SHA-256. */
const memoryTool = <Name extends string>(name: Name) =>
  z.strictObject({
    name: z.literal(name),
    /** As its maker names it; told in custody. */
    version: z.string().regex(/^[\w.+-]{1,40}$/),
    /** Of the file that runs, in hex; the host runs no other. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  });

/**
 * A prebuilt LiME module for one kernel, as it lies in the tools bucket of each Region under its own SHA-256. `kernel` is what `uname -r` says there.
 * https://github.com/504ensicsLabs/LiME
 */
const limeModule = z.strictObject({
  kernel: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/),
  machine: z.enum(['x86_64', 'aarch64']),
  version: z.string().regex(/^[\w.+-]{1,40}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** Shape of `cordon.config.ts`: everything that a deployment chooses. */
export const configSchema = z.strictObject({
  /** Such as `o-a1b2c3d4e5`. */
  organizationId: z.string().regex(/^o-[a-z0-9]{10,32}$/),
  accounts: z.strictObject({
    management: accountId,
    /** Delegated administrator of GuardDuty; intake, workflow and incident table. */
    security: accountId,
    /** Vault, evidence keys, recorder. */
    evidence: accountId,
    /** Isolated VPC and forensic machine. */
    forensics: accountId,
  }),
  /** Region of the workflow, the vault and all IAM resources. */
  homeRegion: region,
  /** Regions in which instances are protected; the home Region is one of them. */
  regions: z.array(region).min(1),
  policy: policySchema,
  /** Roots or organizational units that the guardrails for every account are attached to; by hand when empty. */
  guardrails: z
    .strictObject({
      targets: z.array(z.string().regex(/^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$/)),
    })
    .default({ targets: [] }),
  /** Where StackSets are administered, and by whom. */
  rollout: rolloutSettings.optional(),
  /** May be left out. */
  containment: z
    .strictObject({
      /**
       * How old sessions of a contained instance are denied. `attach-fixed-policy`: the revoke duty attaches one managed
       * policy that was deployed beforehand, and can write none; but AWS's documentation does not confirm all that this
       * rests on, a role holds 10 managed policies by default, and four contained instances at most.
       * `put-role-policy`: the revoke duty writes an inline policy into the role, AWS's own documented method. Residual
       * risk: it may write one into any role of a member account that is not protected, and no IAM condition key sees a
       * policy's content or name, so a revoke session that was taken over could write an Allow, and a release session
       * delete another policy (see `residualRisks`).
       */
      sessionDeny: sessionDenyWay.default('attach-fixed-policy'),
      /**
       * Whether a release may bound the deny of a contained instance's sessions by issue time, so that the released host works with
       * its former role at once. Where denies are written (`put-role-policy`) it always may. With the fixed policy it takes a right that
       * no other step has: the release duty then writes inline policies into roles, and deletes them (see `residualRisks`).
       */
      boundAtRelease: z.boolean().default(false),
      /**
       * What may be cut beyond the instance itself: a whole subnet by a network ACL, its routes, the VPC's internet gateway. `untracking`:
       * that an interface may be opened for a bounded time so that tracked connections can be cut. `management-path`: that one may reach the
       * endpoints of SSM and S3 for `managementPathMinutes` after isolation (both: ADR 0013).
       * The contain duty has the right to what is named here alone, and the policy still says whether and who is asked.
       * None by default.
       */
      beyondInstance: z.array(beyondInstance).default([]),
      /**
       * Names of the log groups that flow logs of member accounts write to, each whole or with `*` at its end. The inspect duty may read
       * these and no other, to prove by their records that no packet was accepted after containment, and to keep those around the
       * finding. None by default: then nothing is proved by flow logs, and the report says so. Name no group that holds anything else: what is read is not chosen by IAM.
       */
      flowLogGroups: z
        .array(z.string().regex(/^[.\-_/#A-Za-z0-9]{1,511}[.\-_/#A-Za-z0-9*]$/))
        .max(10)
        .default([]),
      /**
       * Names of the organization's own: neither they nor any name above or below them is blocked in a VPC's DNS Firewall,
       * whatever a finding says. Names of AWS never are.
       */
      ownDomains: z.array(ownDomain).max(100).default([]),
      /** How long a host that was crashed on purpose is given to write its memory to a disk, where the policy wants it crashed. */
      crashGraceSeconds: z.int().min(10).max(3_600).default(120),
      /** How long a management path is kept, where the policy wants one. */
      managementPathMinutes: z.int().min(5).max(60).default(30),
      /**
       * Whether a replacement may be launched for a lone instance, where the policy wants one. Without it the duty `replace` does not exist
       * in members, and the plan prints the command for a person. `residualRisks` says what it leaves open.
       */
      replacement: z
        .strictObject({
          /** Roles that a replacement may be given. None by default: then only instances without a profile are replaced. */
          passRoles: z.array(passedRole).max(10).default([]),
          /** Whose images are launched beside the member's own: `amazon`, `aws-marketplace`, or an account. */
          imageOwners: z
            .array(z.union([z.enum(['amazon', 'aws-marketplace']), accountId]))
            .max(20)
            .default(['amazon']),
        })
        .optional(),
    })
    .prefault({}),
  /** Who may decide, and for how long they are waited for. May be left out: then nobody can, and what waits for a person expires. */
  approvals: z
    .strictObject({
      approvers: z.array(approverPattern).default([]),
      /** When this has passed without an answer, isolation proceeds, and what needs an express yes lapses. */
      expiresAfterMinutes: z.int().min(1).max(720).default(30),
      /** Whether release, the halt switch and the reset of a breaker need the yes of another person. */
      secondPerson: z.boolean().default(true),
    })
    .prefault({}),
  evidence: z.strictObject({
    /** Governance can be lifted by break-glass, compliance by nobody before its end. */
    lockMode: z.enum(['governance', 'compliance']),
    lockDays: z.int().min(1).max(36_500),
    /** No case is kept for longer, whatever the policy says of it; what lengthens locks can lock for no longer either. Never less than `lockDays`. */
    lockDaysAtMost: z.int().min(1).max(36_500).default(3_650),
    /**
     * From this many days after its seal a case lies in cheaper storage: copies in the archive tier, larger objects in Glacier Instant
     * Retrieval. Nothing is archived when absent.
     * https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html
     */
    archiveAfterDays: z.int().min(1).max(36_500).optional(),
    /**
     * For so long break-glass can still undo a compliance lock on a copy; without it such a lock cannot be undone from its first moment.
     * https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lock-considerations.html
     */
    coolOffHours: z.int().min(1).max(72).optional(),
    /**
     * Copies that EC2 runs at once in a Region of the evidence account. AWS raises its 20 through Support alone:
     * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-resource-quotas.html
     */
    copiesAtOnce: z.int().min(1).max(1_000).default(20),
    /**
     * Lock on the snapshots that the freeze makes in the member, from while they are pending until so many days after they completed.
     * Governance: whoever may `ec2:UnlockSnapshot` in the member can lift it. Compliance: nobody can. While it lasts our own clean-up
     * cannot delete them either; it comes back when it has ended. EC2 locks for a day at least:
     * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html
     */
    sourceLock: z
      .union([
        z.literal('off'),
        z.strictObject({
          mode: z.enum(['governance', 'compliance']).default('governance'),
          days: z.int().min(1).max(30).default(1),
        }),
      ])
      .prefault({}),
    /**
     * Whether an image of the instance may be made too, where the policy wants it, without a reboot: a convenience that stays in the member;
     * evidence is what is in custody. Without it the acquire duty cannot make images. `residualRisks` says what it leaves open.
     */
    image: z.boolean().default(false),
    /**
     * Ways to a copy beside the two that need no more rights: `member-key` lets the acquire duty make a key in the member where the
     * transit key is not taken; `grant` lets it admit the custodian to the volume's key by a grant. Neither was seen on AWS. None by
     * default; `residualRisks` says what each leaves open.
     */
    keyPaths: z.array(keyPath).default([]),
    /**
     * Whether blocks of evidence may be read and hashed, where the policy wants it, and of how large volumes. Without it the duty `hasher`
     * does not exist: nobody of ours reads what is on a disk. `fromMember` makes the duty `read-source` in members, for sources that AWS does
     * not let the evidence account read through their share (UNCONFIRMED). `residualRisks` says what each leaves open.
     */
    blockHashes: hashingRight.optional(),
    /**
     * Who may open an incident's evidence and read it as forensic staff: IAM users, and roles of Identity Center permission sets, as
     * `approvals.approvers` names them. Nobody when empty; then the role of staff is not made.
     */
    readers: z.array(approverPattern).default([]),
    /**
     * Whether what Amazon Inspector found on an instance is kept with its evidence. The security account must be Inspector's delegated
     * administrator in each Region. Without it nobody of ours may read it.
     */
    inspector: z.strictObject({}).optional(),
    /** Who may put evidence under legal hold and, two of them, release it. Nobody when empty. */
    keepers: z.array(approverPattern).default([]),
    /**
     * Two of whom may dispose of an incident's evidence once every lock and hold has ended. Nobody when empty: then the duty `disposer`
     * does not exist, and nobody may delete evidence at all. `residualRisks` says what it leaves open.
     */
    disposers: z.array(approverPattern).default([]),
    /**
     * Capture of memory, where the policy wants it. Without it the duty `capture` does not exist in members, nor does its document.
     * `residualRisks` says what it leaves open.
     */
    memory: z
      .strictObject({
        /** How long a capture may take, and so how long `memory-first` has the cut wait at most. */
        minutes: z.int().min(2).max(60).default(20),
        linux: memoryTool('avml').optional(),
        windows: memoryTool('winpmem').optional(),
        /** Whether the duty may also have a host say what it is doing, where the policy wants it: a document more, which reads. */
        liveResponse: z.boolean().optional(),
        /**
         * LiME modules, for kernels that AVML cannot read (Graviton, or where it fails). Each was built beforehand for its very kernel: nothing
         * is built on a host.
         */
        lime: z.array(limeModule).max(8).optional(),
        /**
         * Whether a host may send its memory to a landing bucket: `fallback` where no volume can be made or attached, `always` instead of one.
         * Without it there is no such bucket. Of hosts with `upToGiB` of memory at most, for it goes through S3 part by part, and of those alone that
         * can have sent it within `minutes`.
         */
        landing: z
          .strictObject({
            when: z.enum(['fallback', 'always']).default('fallback'),
            upToGiB: z.int().min(1).max(96).default(16),
          })
          .optional(),
      })
      .optional(),
  }),
  forensics: z.strictObject({
    /** Instance type of the forensic machine. */
    instanceType: z.string().regex(/^[a-z0-9-]+\.[a-z0-9]+$/),
    /** Parameter that names the image: one of AWS's public ones, or `/cordon/forensic-image`, which the account keeps in each Region. */
    imageParameter: z.union([
      z.literal(FORENSIC_IMAGE_PARAMETER),
      z.string().regex(/^\/aws\/service\/[\w./-]+$/),
    ]),
    /** Hours after which the machine is ended, with the volumes made for it, unless somebody keeps it longer. An examination takes up to a day. */
    machineHours: z
      .int()
      .min(24)
      .max(24 * 30)
      .default(72),
    /** Size of the fresh volume that takes the results of one examination; what does not fit is named, and stays on the machine. */
    resultsGiB: z.int().min(1).max(1_024).default(16),
    /** What an hour of the machine costs in US dollars, with its disk; without it the cost is said to be not known. */
    hourlyUsd: z.number().min(0).max(1_000).optional(),
  }),
  /**
   * Whether every account is tried in every Region, at once when it comes or moves and then daily, so that it is known beforehand where a
   * response would fail (docs/coverage.md). Without it nobody looks, and no account counts as covered.
   */
  coverage: z
    .strictObject({
      /** A new account that is not protected after so long is late, and people are called. */
      withinMinutes: z.int().min(15).max(10_080).default(60),
    })
    .optional(),
  /**
   * Whether each protected Region is asked for a sample finding every so many hours, and people are told where it does not come the whole road,
   * or where GuardDuty says that it cannot. Nobody looks when absent: a sample reaches whatever else listens to the security account's GuardDuty.
   */
  heartbeat: z.strictObject({ everyHours: z.int().min(1).max(24).default(6) }).optional(),
  /**
   * Whether X-Ray shows how a response goes from function to function, and where its time goes. Nothing is traced when absent. A trace holds the
   * text of errors, as the functions' logs do (docs/architecture.md, "Traces").
   */
  xray: z.strictObject({}).optional(),
  /** Where people are told, beside the topic that everybody may subscribe to. May be left out: then nowhere (docs/notifications.md). */
  notifications: notificationSettings.optional(),
});
/** What a deployment chooses, checked. */
export type CordonConfig = z.infer<typeof configSchema>;
/** What a deployment chooses about containment. */
export type Containment = CordonConfig['containment'];

/** Who may come to the evidence desk, for whatever. */
export const deskPeople = ({ evidence }: Pick<CordonConfig, 'evidence'>): readonly string[] => [
  ...new Set([...evidence.readers, ...evidence.keepers, ...evidence.disposers]),
];

/** Whether the release duty may write a bounded deny into a role. */
export const mayBound = ({
  sessionDeny,
  boundAtRelease,
}: Pick<Containment, 'sessionDeny' | 'boundAtRelease'>): boolean =>
  sessionDeny === 'put-role-policy' || boundAtRelease;

/** Checks a configuration; throws an Error that names each wrong setting, what it holds and what is wanted. */
export const defineConfig = (config: z.input<typeof configSchema>): CordonConfig => {
  const parsed = configSchema.safeParse(config);
  if (!parsed.success) {
    throw new Error(
      `cordon.config.ts is not valid:\n${z.prettifyError(parsed.error)}\nmend it and run the command again`,
    );
  }
  const { lockMode, coolOffHours, sourceLock, blockHashes } = parsed.data.evidence;
  if (lockMode === 'governance' && coolOffHours !== undefined) {
    throw new Error(
      `cordon.config.ts: evidence.coolOffHours is ${coolOffHours} and lockMode is governance, which has no cooling-off; leave it out, or choose compliance`,
    );
  }
  if (blockHashes !== undefined && sourceLock !== 'off' && blockHashes.hoursAtMost > 24 * sourceLock.days) {
    throw new Error(
      `cordon.config.ts: evidence.blockHashes.hoursAtMost is ${blockHashes.hoursAtMost} and the lock on sources ends after ${sourceLock.days} day(s), while they are still read; set evidence.sourceLock.days to ${Math.ceil(blockHashes.hoursAtMost / 24)} at least`,
    );
  }
  if (!parsed.data.regions.includes(parsed.data.homeRegion)) {
    throw new Error(
      `cordon.config.ts: homeRegion ${parsed.data.homeRegion} is not among regions [${parsed.data.regions.join(', ')}]; add it`,
    );
  }
  const { homeRegion, regions, approvals } = parsed.data;
  const problem = partitionProblem(homeRegion, regions) ?? rolloutProblem(parsed.data);
  if (problem !== undefined) throw new Error(`cordon.config.ts: ${problem}`);
  const partition = partitionOf(homeRegion);
  const stranger = [...approvals.approvers, ...deskPeople(parsed.data)].find(
    (arn) => arn.split(':')[1] !== partition,
  );
  if (stranger !== undefined)
    throw new Error(
      `cordon.config.ts: ${stranger} is not of partition ${partition}, in which homeRegion ${homeRegion} is; begin it with arn:${partition}:`,
    );
  return parsed.data;
};

/** A configuration as a function finds it. */
export interface ReadConfig {
  readonly config: CordonConfig;
  /** Why the policy in it cannot be used; another one, which asks, stands in its place. Absent when it can. */
  readonly policyProblem?: string;
}

/**
 * Reads the configuration that a deployment wrote for its functions. A policy that cannot be read stops nothing (`readPolicy`);
 * anything else that is wrong throws as `defineConfig` does, for without accounts and Regions nothing can be done.
 */
export const readConfig = (value: unknown): ReadConfig => {
  const written = z.looseObject({ policy: z.unknown() }).parse(value);
  const { policy, unreadable } = readPolicy(written.policy);
  const parsed = configSchema.parse({ ...written, policy });
  return { config: defineConfig(parsed), ...(unreadable === undefined ? {} : { policyProblem: unreadable }) };
};
