import type { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import type { ElasticLoadBalancingClient } from '@aws-sdk/client-elastic-load-balancing';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Route53ResolverClient } from '@aws-sdk/client-route53resolver';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { LiftKind, LiftOf, ReleaseFacts } from '@cordon/incident';
import type { Scope } from '../needs/session-policy.ts';

/** What an act knows of the place. */
export interface Ground {
  readonly incidentId: string;
  readonly instanceId: string;
  readonly facts: ReleaseFacts;
  /** ARN of what the outcome named, such as a role. */
  readonly on: string | undefined;
  /** When it was done the last time. */
  readonly doneAt: string;
  readonly partition: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** True when a person named a step that had drifted. */
  readonly drifted: boolean;
  /** ARN of the managed policy that denies sessions. */
  readonly denyPolicyArn: string;
  /** ARNs in the member account and Region; takes such as `instance/i-1`. */
  readonly ec2Arn: (rest: string) => string;
  readonly kmsArn: (rest: string) => string;
  readonly autoScalingArn: (rest: string) => string;
  readonly balancerArn: (rest: string) => string;
  readonly resolverArn: (rest: string) => string;
}

/** What an act acts with: clients of a session that may touch what it named, and nothing else. */
export interface Acting extends Ground {
  readonly ec2: EC2Client;
  readonly iam: IAMClient;
  readonly autoScaling: AutoScalingClient;
  readonly balancers: ElasticLoadBalancingV2Client;
  readonly classicBalancers: ElasticLoadBalancingClient;
  readonly resolver: Route53ResolverClient;
}

/** How one kind of lift is performed: what its session may touch, and the calls. Idempotent. */
export interface Act<Kind extends LiftKind> {
  readonly reads?: readonly string[];
  readonly on: (lift: LiftOf<Kind>, ground: Ground) => NonNullable<Scope['on']>;
  /** Gives one sentence of what was done; throws `NotDone` for what cannot be. */
  readonly act: (lift: LiftOf<Kind>, acting: Acting) => Promise<string>;
}
