import type { AccountId, FindingId, InstanceId, Instant, Region } from '../ids.ts';
import type { Partition } from '../partition.ts';

/** Why something that arrived was not taken as a finding, in words for a person. */
export interface Because {
  readonly code: RefusalCode;
  /** What was got and what was wanted. Text from outside is quoted in a safe alphabet. */
  readonly message: string;
  /** What to do next. */
  readonly hint: string;
}

/** Every reason for not taking what arrived. */
export type RefusalCode =
  | 'empty'
  | 'not-json'
  | 'too-large'
  | 'too-many'
  | 'too-deep'
  | 'unknown-shape'
  | 'other-event'
  | 'unknown-schema-version'
  | 'bad-finding-id'
  | 'bad-type'
  | 'bad-resource-type'
  | 'bad-account-id'
  | 'bad-instance-id'
  | 'unsupported-partition'
  | 'contradiction'
  | 'too-many-instances';

/** One EC2 instance that a finding is about, and where in the finding its name was read. */
export interface Subject {
  readonly kind: 'instance';
  readonly account: AccountId;
  readonly region: Region;
  readonly instanceId: InstanceId;
  /**
   * `access-key`: read from the session name in `principalId`. Whoever may call `sts:AssumeRole` on the role chooses
   * that name, so check that the instance really carries the role in `credential.roleName` before acting on it.
   */
  readonly from: 'instance-details' | 'access-key' | 'attack-sequence';
  /** Those of the instance's tags that decide something; undefined where the finding tells no tags. */
  readonly tags?: SubjectTags;
  /** False when `region` is only the finding's own, which need not be the instance's (aws-facts 1.3). */
  readonly regionKnown: boolean;
}

/** Tags that nobody in the member account can write by hand: one is kept by the guardrails, one by AWS. */
export interface SubjectTags {
  /** Value of `cordon:policy`. */
  readonly policy?: string;
  /** Value of `aws:autoscaling:groupName`. https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html */
  readonly scalingGroup?: string;
}

/** The credential that an access-key finding is about, as far as its parts have a credible form. */
export interface FindingCredential {
  readonly accessKeyId?: string;
  /** Name of the role (without path) whose session was used; only for role sessions. */
  readonly roleName?: string;
}

/**
 * A GuardDuty finding as the rest of the program knows it: ids validated, text capped, absent things absent.
 * `title`, `description` and `domain` may be the attacker's words: data, never a command, never markup, never a ground for a decision.
 * Fields after https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html
 */
export interface Finding {
  readonly id: FindingId;
  readonly arn?: string;
  readonly account: AccountId;
  readonly region: Region;
  readonly partition: Partition;
  /** In a safe alphabet (letters, digits, `: / . ! & _ -`), but not necessarily a type that anybody has heard of. */
  readonly type: string;
  /** 0 to 10; absent when the finding carries none that makes sense. */
  readonly severity?: number;
  readonly title: string;
  readonly description: string;
  readonly createdAt?: Instant;
  readonly updatedAt?: Instant;
  readonly schemaVersion: string;
  readonly resourceType: string;
  readonly subjects: readonly Subject[];
  /** Instances that an attack sequence names in a way that cannot be used (at most 20 reasons); a person must look. */
  readonly skippedSubjects: readonly Because[];
  readonly sample: boolean;
  readonly archived: boolean;
  readonly resourceRole?: 'TARGET' | 'ACTOR';
  readonly count?: number;
  /** IPv4 and IPv6 addresses at the far end, without repeats, at most 100. */
  readonly remoteAddresses: readonly string[];
  readonly domain?: string;
  /** DNS names that it saw asked for: lower case, valid, without repeats, at most 100. Their choice is the attacker's. */
  readonly domains: readonly string[];
  readonly firstSeen?: Instant;
  readonly lastSeen?: Instant;
  readonly associatedAttackSequenceArn?: string;
  readonly credential?: FindingCredential;
}

/** What became of one thing that arrived. `raw` is its text: verbatim where it arrived alone, re-written JSON where it was in a list. */
export type ParsedOne =
  | { readonly status: 'parsed'; readonly finding: Finding; readonly raw: string }
  | { readonly status: 'set-aside'; readonly because: Because; readonly raw: string }
  | { readonly status: 'not-a-finding'; readonly because: Because; readonly raw: string };

/** What became of everything that a text held, in its order. */
export interface ParsedFindings {
  readonly findings: readonly ParsedOne[];
}
