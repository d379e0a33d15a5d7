import type {
  AutoDeployment,
  Capability,
  StackInstanceDetailedStatus,
  StackInstanceStatus,
  StackSetOperationAction,
  StackSetOperationResultStatus,
  StackSetOperationStatus,
} from '@aws-sdk/client-cloudformation';
import type { Template } from '@cordon/templates';
import type { ResourceDrift, StandingStack } from '../../core/operation.ts';
import { defineState } from '../../core/world.ts';
import type { Preferences } from './preferences.ts';

/** Values of parameters by name. */
export type Parameters = Readonly<Record<string, string>>;

/** An account and Region of a StackSet, with or without a stack. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackInstance.html */
export interface StackInstance {
  readonly account: string;
  readonly region: string;
  /** The unit by whose targeting it is here. */
  unitId: string;
  overrides: Parameters;
  status: StackInstanceStatus;
  detailed: StackInstanceDetailedStatus;
  reason?: string;
  lastOperationId?: string;
  stack?: StandingStack;
  drift?: {
    readonly status: 'DRIFTED' | 'IN_SYNC';
    readonly at: number;
    readonly resources: ReadonlyMap<string, ResourceDrift>;
  };
}

/** What became of one account and Region in an operation. */
export interface OperationResult {
  readonly account: string;
  readonly region: string;
  readonly unitId: string;
  status: StackSetOperationResultStatus;
  reason?: string;
}

/** One operation of a StackSet. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperation.html */
export interface StackSetOperation {
  readonly id: string;
  readonly action: StackSetOperationAction;
  status: StackSetOperationStatus;
  readonly preferences: Preferences;
  readonly unitIds: readonly string[];
  readonly retainStacks: boolean;
  readonly createdAt: number;
  endedAt?: number;
  /** By `account/region`, in the order in which they are done. */
  readonly results: ReadonlyMap<string, OperationResult>;
  /** What is done in one account and Region; throws a ServiceFault where AWS would fail there. */
  readonly act: (result: OperationResult) => void;
  /** Called once, when it has ended. */
  readonly ended?: () => void;
}

/** A StackSet of service-managed permissions. */
export interface StackSet {
  readonly name: string;
  /** `NAME:UUID` */
  readonly id: string;
  readonly arn: string;
  /** Of the request that made it: that request again changes nothing. */
  readonly token?: string;
  description?: string;
  templateBody: string;
  template: Template;
  parameters: Parameters;
  capabilities: readonly Capability[];
  readonly tags: ReadonlyMap<string, string>;
  autoDeployment: AutoDeployment;
  managed: boolean;
  /** Units that it was deployed to, each with its Regions in the order in which they were given. */
  readonly targets: Map<string, Set<string>>;
  /** By `account/region`. */
  readonly instances: Map<string, StackInstance>;
  /** In the order of their requests. */
  readonly operations: Map<string, StackSetOperation>;
  lastDriftCheck?: { readonly operationId: string; readonly at: number };
}

/**
 * StackSets by name, per Region of the management account: those of delegated administrators are there too.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html
 */
export const stackSetState = defineState('cloudformation', 'regional', () => ({
  sets: new Map<string, StackSet>(),
}));

/** The key of an instance or a result. */
export const placeOf = ({ account, region }: { readonly account: string; readonly region: string }): string =>
  `${account}/${region}`;
