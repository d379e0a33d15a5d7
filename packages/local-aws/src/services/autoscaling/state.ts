import { defineState } from '../../core/world.ts';
import type { InstanceSpec } from '../ec2/build-instance.ts';

/** An instance of a group. `Detaching` and `Terminating` members leave it soon. */
export interface Member {
  readonly instanceId: string;
  lifecycleState: 'Pending' | 'InService' | 'Detaching' | 'Terminating';
  healthStatus: 'Healthy' | 'Unhealthy';
  protectedFromScaleIn: boolean;
}

/** What an instance of a group is launched from. */
export type LaunchSpec = Omit<InstanceSpec, 'launchedAt' | 'instanceId' | 'state'>;

export interface AutoScalingGroup {
  readonly name: string;
  readonly arn: string;
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  readonly minSize: number;
  readonly maxSize: number;
  readonly subnetIds: readonly string[];
  readonly availabilityZones: readonly string[];
  readonly launch: LaunchSpec;
  desiredCapacity: number;
  /** Members by instance id. */
  readonly members: Map<string, Member>;
}

/** Groups by name. */
export interface AutoScalingState {
  readonly groups: Map<string, AutoScalingGroup>;
}

/** State of Auto Scaling, per account and Region. */
export const autoScalingState = defineState<AutoScalingState>('autoscaling', 'regional', () => ({
  groups: new Map(),
}));
