import type { CoverageRow } from '../coverage/coverage-row.ts';
import type { Reading } from './reading.ts';

/** An account of ours. */
export type OwnAccount = 'security' | 'evidence' | 'forensics';

/** An account of the organization. */
export interface AccountFact {
  readonly id: string;
  /** `ACTIVE` and others, as Organizations says. */
  readonly state: string;
  /** Ids from the root down to the account's parent; empty where it was not told. */
  readonly above: readonly string[];
}

/** Trusted access and delegations. */
export interface OrganizationFacts {
  readonly accounts: Reading<readonly AccountFact[]>;
  /** Service principals with trusted access. */
  readonly trusted: Reading<readonly string[]>;
  /** Delegated administrators, by service principal. */
  readonly delegated: readonly {
    readonly principal: string;
    readonly accounts: Reading<readonly string[]>;
  }[];
  /** Kinds of policy that are enabled: `SERVICE_CONTROL_POLICY`, ... */
  readonly policyTypes: Reading<readonly string[]>;
}

/** One thing that the organization's own control policies would deny of a response. */
export interface ControlDenial {
  readonly kind: 'SCP' | 'RCP';
  /** Root, unit or account that the policy is attached to. */
  readonly node: string;
  readonly policy: string;
  /** Absent where no statement allows it. */
  readonly sid?: string;
  readonly step: string;
  readonly actions: readonly string[];
  readonly regions: readonly string[];
}

/** What the organization's own control policies do to a response. */
export interface ControlFacts {
  readonly denials: readonly ControlDenial[];
  /** Policies, or conditions in them, that the engine cannot judge. */
  readonly unjudged: readonly { readonly policy: string; readonly because: string }[];
}

/** A control policy of ours: what this configuration deploys, and what is there. */
export interface GuardrailFact {
  readonly name: string;
  readonly wanted: { readonly document: unknown; readonly targets: readonly string[] };
  /** Undefined where there is no policy of this name. */
  readonly reading: Reading<{ readonly document: unknown; readonly targets: readonly string[] } | undefined>;
}

/** What GuardDuty gives to accounts by itself: each `ALL`, `NEW` or `NONE`. */
export interface AutoEnableFact {
  readonly members: string;
  /** By protection plan, as GuardDuty names them: `RUNTIME_MONITORING`. */
  readonly plans: ReadonlyMap<string, string>;
}

/** Protection plans of members. */
export interface PlansFact {
  /** Those that are enabled, by account. */
  readonly enabled: ReadonlyMap<string, ReadonlySet<string>>;
  /** All that GuardDuty names in this Region, enabled or not: https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_regions.html */
  readonly offered: ReadonlySet<string>;
  /** Members of which GuardDuty told nothing, by its reason. */
  readonly untold: ReadonlyMap<string, string>;
}

/** GuardDuty of the security account in one Region. */
export interface GuardDutyFact {
  /** Absent where there is no detector. */
  readonly detector?: {
    readonly status: string;
    /** `FIFTEEN_MINUTES` and others. */
    readonly frequency: string;
    /** What accounts that join are given; absent where the account is not the delegated administrator in this Region. */
    readonly autoEnable: Reading<AutoEnableFact | undefined>;
    /** Relationship by account. */
    readonly members: Reading<ReadonlyMap<string, string>>;
    /** Of members that are enabled; the other ones have none. */
    readonly plans: Reading<PlansFact>;
  };
}

/** One account and Region of a StackSet. */
export interface InstanceFact {
  readonly account: string;
  readonly region: string;
  /** `CURRENT`, `OUTDATED`, `INOPERABLE`. */
  readonly status: string;
  readonly detailed: string;
  readonly drift: string;
  readonly reason?: string;
}

/** A StackSet of members. */
export interface StackSetFact {
  readonly autoDeployment: boolean;
  readonly instances: readonly InstanceFact[];
}

/** A key of ours. */
export interface KeyFact {
  readonly state: string;
  /** Its policy, parsed. */
  readonly policy: Reading<unknown>;
}

/** The forensics account in one Region. */
export interface ForensicFact {
  readonly region: string;
  /** States by the last part of the service's name: `ssm`, `ssmmessages`, `logs`. */
  readonly endpoints: Reading<ReadonlyMap<string, string>>;
  /** Of the image that the parameter names; `missing` is what is not there. */
  readonly image: Reading<{ readonly imageId?: string; readonly missing?: 'parameter' | 'image' }>;
  readonly launchTemplate: Reading<boolean>;
}

/** The table of coverage. */
export interface CoverageFact {
  readonly rows: readonly CoverageRow[];
  readonly unreadable: number;
}

/** The quotas that a response comes to. */
export type QuotaId = 'quota-copies' | 'quota-snapshots' | 'quota-vcpu';

/** All that was read. A place is a Region, an account of ours, or both. */
export interface DoctorFacts {
  /** Epoch ms of the reading. */
  readonly at: number;
  /** `before`: nothing of ours is deployed yet, and only what comes before it is looked at. */
  readonly phase: 'before' | 'after';
  readonly organization: OrganizationFacts;
  readonly controls: Reading<ControlFacts>;
  readonly guardrails: readonly GuardrailFact[];
  readonly guardDuty: readonly { readonly region: string; readonly reading: Reading<GuardDutyFact> }[];
  /** Status by Region, for each account of ours. */
  readonly regions: readonly {
    readonly account: OwnAccount;
    readonly reading: Reading<ReadonlyMap<string, string>>;
  }[];
  readonly breakGlass: readonly { readonly account: OwnAccount; readonly reading: Reading<boolean> }[];
  readonly quotas: readonly {
    readonly id: QuotaId;
    readonly account: OwnAccount;
    readonly region: string;
    readonly wanted: Reading<number>;
    /** Undefined where Service Quotas does not tell it. */
    readonly reading: Reading<number | undefined>;
  }[];
  readonly stackSets: readonly {
    readonly name: string;
    readonly regions: readonly string[];
    /** Undefined where there is none. */
    readonly reading: Reading<StackSetFact | undefined>;
  }[];
  readonly keys: readonly {
    readonly alias: string;
    readonly region: string;
    /** The policy that this configuration deploys. */
    readonly wanted: unknown;
    readonly reading: Reading<KeyFact | undefined>;
  }[];
  /** The policy of each Region's vault: what this configuration deploys, and what it is. Undefined where there is none. */
  readonly vaults: readonly {
    readonly region: string;
    readonly wanted: unknown;
    readonly reading: Reading<unknown>;
  }[];
  /** Who may call each function of the evidence account that others call: who should, and who does. Undefined where it has no policy. */
  readonly callers: readonly {
    readonly functionName: string;
    readonly region: string;
    readonly wanted: readonly string[];
    /** ARNs; of a principal that was deleted, its id. */
    readonly reading: Reading<readonly string[] | undefined>;
  }[];
  readonly forensics: readonly ForensicFact[];
  /** The rules that send findings of a Region on, by whether each is enabled. */
  readonly forwarders: readonly { readonly region: string; readonly reading: Reading<readonly boolean[]> }[];
  /** What waits in a queue that people look at; undefined where there is no such queue. */
  readonly queues: readonly {
    readonly account: OwnAccount;
    readonly region: string;
    readonly name: string;
    readonly reading: Reading<number | undefined>;
  }[];
  /** How members were last tried; undefined where there is no table of it. */
  readonly coverage: Reading<CoverageFact | undefined>;
}
